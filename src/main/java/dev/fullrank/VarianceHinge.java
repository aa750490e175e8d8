package dev.fullrank;

import dev.fullrank.linalg.Precision;
import java.util.Objects;

/**
 * The variance term of VICReg: a hinge that keeps the standard deviation of every feature above a threshold.
 *
 * <pre>
 *   v(Z) = (1/d)·Σ_j max(0, γ − S_j),   S_j = √(var_j + ε)
 *   ∂v/∂z_ij = −(z_ij − mean_j)/(d·(b−1)·S_j) where S_j &lt; γ, else 0
 * </pre>
 *
 * for b samples × d features, b ≥ 2, with var the unbiased variance (b − 1; b for {@link VarianceEstimator#BIASED}). The gradient
 * is 0 at the kink S_j = γ and for a constant column, also with ε = 0. This is the term of one branch, neither halved nor
 * weighted; {@link VicReg} has the conventions of the libraries.
 *
 * <p>Moments are taken about an entry of the column: a large offset costs no accuracy, and values from the least subnormal to the
 * largest double are right. They are taken in double, but for FLOAT32 matrices of at least 131072 elements whose rows are runs of
 * memory: there sums of up to 64 rows, and deviations from the mean where they become a gradient of the same kind, are in single
 * precision. S_j is then off by at most 27·2<sup>-24</sup>·(1 + ρ_j)·S_j, with ρ_j ≤ 32 the square of the number of standard
 * deviations from the mean to the entry, and a gradient by a few units in the last place of its size; columns where that would not
 * hold are taken again in double. The bits of the result do not depend on the number of
 * threads. With {@code valueAndGradient} nothing is allocated in steady state.
 *
 * <p>Source: Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning", ICLR
 * 2022, equations 1 and 2.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class VarianceHinge extends MomentRegularizer {
  private final HingeOptions options;

  private VarianceHinge(HingeOptions options, Device device, NonFinitePolicy nonFinite, int parallelism) {
    super(device, nonFinite, parallelism);
    this.options = options;
  }

  /** Options, all with defaults: γ = 1, ε = 1e-4, unbiased variance, NaN and infinities refused. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  MomentTerm newTerm() {
    return new HingeTerm(options);
  }

  /** A standard deviation with the digits of the data decides as well as one with more. */
  @Override
  Precision precision() {
    return Precision.SINGLE;
  }

  @Override
  CudaMomentTerm newTerm(CudaColumns columns) {
    return new CudaHingeTerm(options, columns);
  }

  /** Builder of {@link VarianceHinge}. */
  public static final class Builder extends ExecutionBuilder<Builder> {
    private double gamma = 1;
    private double epsilon = 1e-4;
    private VarianceEstimator estimator = VarianceEstimator.UNBIASED;

    private Builder() {}

    /** The threshold γ of the standard deviation, by default 1; finite and above 0. */
    public Builder gamma(double gamma) {
      this.gamma = Checks.positive("gamma", gamma);
      return this;
    }

    /**
     * γ = 1/√d of the matrix at hand: the standard deviation of each feature when unit rows are spread evenly over the sphere,
     * and so about the largest threshold that ℓ2-normalised embeddings can satisfy in all features at once.
     */
    public Builder gammaForUnitRows() {
      this.gamma = Double.NaN;
      return this;
    }

    /** What is added to each variance under the root, by default 1e-4; finite and at least 0. */
    public Builder epsilon(double epsilon) {
      this.epsilon = Checks.nonNegative("epsilon", epsilon);
      return this;
    }

    /** The divisor of the variance, by default {@link VarianceEstimator#UNBIASED}. */
    public Builder estimator(VarianceEstimator estimator) {
      this.estimator = Objects.requireNonNull(estimator, "estimator");
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    /** An immutable regularizer with these options. */
    public VarianceHinge build() {
      return new VarianceHinge(new HingeOptions(gamma, epsilon, estimator), device(), nonFinite(), parallelism());
    }
  }
}
