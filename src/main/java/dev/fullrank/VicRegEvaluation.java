package dev.fullrank;

/**
 * What {@link VicReg#forward} computed: the total and each of its five terms, with their gradients. Holds a workspace until it is
 * closed; use it from one thread at a time. After {@link #close} every other method throws {@link IllegalStateException}.
 */
public final class VicRegEvaluation implements AutoCloseable {
  private final VicReg owner;
  private final VicRegWorkspace workspace;
  private boolean closed;

  VicRegEvaluation(VicReg owner, VicRegWorkspace workspace) {
    this.owner = owner;
    this.workspace = workspace;
  }

  private VicRegWorkspace open() {
    if (closed) {
      throw new IllegalStateException("this evaluation is closed");
    }
    return workspace;
  }

  private Matrix matrix(Branch branch) {
    return open().matrix(branch);
  }

  /** The total: all terms, weighted as the convention says. */
  public double value() {
    return open().value();
  }

  /**
   * Backward of the total: {@code g1 := upstream · ∂/∂z1}, {@code g2 := upstream · ∂/∂z2}. May be called more than once.
   *
   * @param g1 b×d, of any element type; must not overlap an input or g2
   * @param g2 b×d, of any element type; must not overlap an input or g1
   * @throws IllegalArgumentException if a shape is wrong, memory is read-only or overlaps
   */
  public void gradient(double upstream, Matrix g1, Matrix g2) {
    owner.checkGradients(matrix(Branch.FIRST), matrix(Branch.SECOND), g1, g2);
    workspace.gradient(upstream, g1, g2);
  }

  /** The invariance term s(Z, Z′), without its weight. */
  public double invariance() {
    return open().invariance();
  }

  /** Backward of the invariance term alone, without its weight; arguments as for {@link #gradient}. */
  public void invarianceGradient(double upstream, Matrix g1, Matrix g2) {
    owner.checkGradients(matrix(Branch.FIRST), matrix(Branch.SECOND), g1, g2);
    workspace.invarianceGradient(upstream, g1, g2);
  }

  /** The variance term v of one branch, without its weight: value, gradient and details, valid until this is closed. */
  public Evaluation variance(Branch branch) {
    return new Term(branch, open().variance(branch));
  }

  /** The covariance term c of one branch, without its weight: value, gradient and details, valid until this is closed. */
  public Evaluation covariance(Branch branch) {
    return new Term(branch, open().covariance(branch));
  }

  /** Gives the workspace back. A second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      owner.release(workspace);
    }
  }

  /** A view of a term; closing it does nothing, as it owns nothing. */
  private final class Term implements Evaluation {
    private final Branch branch;
    private final Outcome term;

    Term(Branch branch, Outcome term) {
      this.branch = branch;
      this.term = term;
    }

    @Override
    public double value() {
      open();
      return term.value();
    }

    @Override
    public void gradient(double upstream, Matrix out) {
      Checks.gradient(owner.device(), matrix(branch), out);
      term.gradient(upstream, out);
    }

    @Override
    public Details details() {
      open();
      return term.details();
    }

    @Override
    public void close() {}
  }
}
