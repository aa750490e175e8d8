package dev.fullrank;

/** An evaluation backed by a term of centred columns. */
final class MomentEvaluation implements Evaluation {
  private final MomentTerm term;
  private final Matrix z;
  private final Runnable release;
  private boolean closed;

  /**
   * @param term computed for z
   * @param release gives the workspace back, run once
   */
  MomentEvaluation(MomentTerm term, Matrix z, Runnable release) {
    this.term = term;
    this.z = z;
    this.release = release;
  }

  private MomentTerm open() {
    if (closed) {
      throw new IllegalStateException("this evaluation is closed");
    }
    return term;
  }

  @Override
  public double value() {
    return open().value();
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    MomentTerm t = open();
    Checks.gradient(z, out);
    t.gradient(upstream, out);
  }

  @Override
  public Details details() {
    return open().details();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      release.run();
    }
  }
}
