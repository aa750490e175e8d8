package dev.fullrank;

import dev.fullrank.cpu.WorkspacePool;
import dev.fullrank.cuda.CudaSession;
import java.util.Objects;

/**
 * VICReg: variance, invariance and covariance of the embeddings Z and Z′ of two views of the same n samples.
 *
 * <pre>  λ·s(Z, Z′) + μ·[v(Z) + v(Z′)] + ν·[c(Z) + c(Z′)]</pre>
 *
 * with s the mean squared distance of the branches, v the {@link VarianceHinge} and c the {@link CovariancePenalty}. What
 * exactly is meant by that differs between implementations: {@link VicRegConvention} has them by name, and the totals equal
 * theirs. Each term can be read and differentiated apart.
 *
 * <pre>{@code
 * VicReg loss = VicReg.builder(VicRegConvention.OFFICIAL).build();
 * try (VicRegEvaluation e = loss.forward(z1, z2)) {
 *   log(e.value(), e.invariance(), e.variance(Branch.FIRST).value(), e.covariance(Branch.FIRST).value());
 *   e.gradient(1, g1, g2);
 * }
 * }</pre>
 *
 * <p>Source: Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning", ICLR
 * 2022.
 *
 * <p>Immutable and safe for use by any number of threads. Arguments are checked before any work, and with
 * {@link #valueAndGradient} nothing is allocated in steady state.
 */
public final class VicReg implements AutoCloseable {
  private final VicRegOptions options;
  private final WorkspacePool<VicRegWorkspace> pool;

  private VicReg(VicRegOptions options) {
    this.options = options;
    CudaSession session = options.device().isCuda() ? CudaSession.of(options.device()) : null;
    this.pool =
        new WorkspacePool<>(
            () -> session == null ? new CpuVicRegWorkspace(options) : new CudaVicRegWorkspace(options, session), VicRegWorkspace::close);
  }

  /** Options, all set as in the convention. */
  public static Builder builder(VicRegConvention convention) {
    return new Builder(convention);
  }

  /** The factor of {@link VicRegEvaluation#invariance} in the total, λ. */
  public double invarianceWeight() {
    return options.invarianceWeight();
  }

  /** The factor of each branch's {@link VicRegEvaluation#variance} in the total: μ, or μ/2 where the convention halves. */
  public double varianceWeight() {
    return options.varianceWeight();
  }

  /** The factor of each branch's {@link VicRegEvaluation#covariance} in the total: ν, or ν/2 where the convention halves. */
  public double covarianceWeight() {
    return options.covarianceWeight();
  }

  /**
   * Computes all terms and keeps what the gradients need.
   *
   * @param z1 embeddings of the first view, n×d with n ≥ 2; must stay unchanged until the evaluation is closed
   * @param z2 embeddings of the second view, n×d; may be of another element type
   * @throws IllegalArgumentException if the shapes differ or there is one row only
   * @throws NonFiniteInputException if the policy is to throw and there is such an entry in z1 or else in z2
   */
  public VicRegEvaluation forward(Matrix z1, Matrix z2) {
    checkInputs(z1, z2);
    VicRegWorkspace w = pool.acquire();
    try {
      w.compute(z1, z2);
      return new VicRegEvaluation(this, w);
    } catch (Throwable t) {
      release(w);
      throw t;
    }
  }

  /** The total alone; arguments as for {@link #forward}. */
  public double value(Matrix z1, Matrix z2) {
    checkInputs(z1, z2);
    VicRegWorkspace w = pool.acquire();
    try {
      w.compute(z1, z2);
      return w.value();
    } finally {
      release(w);
    }
  }

  /**
   * The total and its gradients in one call: {@code g1 := ∂/∂z1}, {@code g2 := ∂/∂z2}. In steady state it allocates nothing.
   *
   * @param g1 n×d, of any element type; must not overlap an input or g2; overwritten, memory between its rows is left alone
   * @param g2 n×d, of any element type; must not overlap an input or g1; overwritten, memory between its rows is left alone
   */
  public double valueAndGradient(Matrix z1, Matrix z2, Matrix g1, Matrix g2) {
    checkInputs(z1, z2);
    checkGradients(z1, z2, g1, g2);
    VicRegWorkspace w = pool.acquire();
    try {
      w.compute(z1, z2);
      w.gradient(1, g1, g2);
      return w.value();
    } finally {
      release(w);
    }
  }

  Device device() {
    return options.device();
  }

  private void checkInputs(Matrix z1, Matrix z2) {
    Checks.device(device(), z1);
    Checks.device(device(), z2);
    if (!z1.hasShapeOf(z2)) {
      throw new IllegalArgumentException(
          "the branches must have one shape, not " + z1.rows() + "×" + z1.columns() + " and " + z2.rows() + "×" + z2.columns());
    }
    CentredColumns.requireRows(z1);
  }

  void checkGradients(Matrix z1, Matrix z2, Matrix g1, Matrix g2) {
    Checks.gradient(device(), z1, g1);
    Checks.gradient(device(), z2, g2);
    if (g1.overlaps(z2) || g2.overlaps(z1)) {
      throw new IllegalArgumentException("a gradient overlaps the input of the other branch in memory; pass memory of its own");
    }
    if (g1.overlaps(g2)) {
      throw new IllegalArgumentException("the two gradients overlap in memory; pass memory of their own");
    }
  }

  void release(VicRegWorkspace w) {
    w.release();
    if (w.isUsable()) {
      pool.release(w);
    } else {
      w.close();
    }
  }

  /** Gives back cached workspaces. A second call does nothing; any other use afterwards is an {@link IllegalStateException}. */
  @Override
  public void close() {
    pool.close();
  }

  /** Builder of {@link VicReg}. */
  public static final class Builder extends ExecutionBuilder<Builder> {
    private final VicRegConvention convention;
    private double lambda;
    private double mu;
    private double nu;
    private double gamma = 1;
    private double epsilon;

    private Builder(VicRegConvention convention) {
      this.convention = Objects.requireNonNull(convention, "convention");
      this.lambda = convention.lambda;
      this.mu = convention.mu;
      this.nu = convention.nu;
      this.epsilon = convention.epsilon;
    }

    /**
     * Other coefficients than the convention's; finite and at least 0. What the convention halves stays halved.
     *
     * @param lambda of the invariance term
     * @param mu of the variance terms
     * @param nu of the covariance terms
     */
    public Builder coefficients(double lambda, double mu, double nu) {
      this.lambda = Checks.nonNegative("lambda", lambda);
      this.mu = Checks.nonNegative("mu", mu);
      this.nu = Checks.nonNegative("nu", nu);
      return this;
    }

    /** The threshold γ of the standard deviation, by default 1; finite and above 0. */
    public Builder gamma(double gamma) {
      this.gamma = Checks.positive("gamma", gamma);
      return this;
    }

    /** What is added to each variance under the root; finite and at least 0. */
    public Builder epsilon(double epsilon) {
      this.epsilon = Checks.nonNegative("epsilon", epsilon);
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    /** An immutable loss with these options. */
    public VicReg build() {
      return new VicReg(
          new VicRegOptions(
              lambda,
              mu * convention.varianceShare,
              nu * convention.covarianceShare,
              convention.invarianceDivisor,
              new HingeOptions(gamma, epsilon, convention.varianceEstimator),
              new CovarianceOptions(convention.covarianceDivisor, VarianceEstimator.UNBIASED),
              nonFinite(),
              parallelism(),
              device()));
    }
  }
}
