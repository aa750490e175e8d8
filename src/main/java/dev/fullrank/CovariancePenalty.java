package dev.fullrank;

import dev.fullrank.cpu.CpuOps;
import dev.fullrank.linalg.Precision;
import java.util.Objects;

/**
 * The covariance term of VICReg: decorrelates the features.
 *
 * <pre>
 *   c(Z) = (1/d)·Σ_{i≠j} C_ij²,   C = YᵀY/(b−1),   Y = Z − mean
 *   ∂c/∂Z = 4/(d·(b−1))·Y·offdiag(C)
 * </pre>
 *
 * for b samples × d features, b ≥ 2. Divisors other than d and b − 1 are options. This is the term of one branch, neither halved
 * nor weighted; {@link VicReg} has the conventions of the libraries.
 *
 * <p>Cost: two products with a k×k matrix, k = min(b, d), all in double whatever the element type; a d×d matrix is never formed
 * if b &lt; d.
 *
 * <p>Accuracy: with b ≥ d the value's relative error is a few b·2⁻⁵³. With b &lt; d the diagonal is subtracted from ‖C‖²_F, and
 * the error is a few b·2⁻⁵³ of (1/d)·Σ_ij C_ij², diagonal included; this is more than that of c only if c is far below what C of
 * rank b − 1 with equal variances must have, (d/(b−1) − 1)/d·ΣC_jj². Offsets that are large against the spread cost in the
 * gradient what the same relative change of the input would. Results beyond the range of double are infinite or zero, as they
 * are when rounded.
 *
 * <p>Source: Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning", ICLR
 * 2022, equations 3 and 4.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class CovariancePenalty extends MomentRegularizer {
  private final CovarianceOptions options;

  private CovariancePenalty(CovarianceOptions options, Device device, NonFinitePolicy nonFinite, int parallelism) {
    super(device, nonFinite, parallelism);
    this.options = options;
  }

  /** Options, all with defaults: divisors d and b − 1, NaN and infinities refused. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  MomentTerm newTerm() {
    return new CovarianceTerm(options, CpuOps.create(threads()));
  }

  /** Off-diagonal energy is what is left of a larger sum when the squares are taken away: it needs all digits. */
  @Override
  Precision precision() {
    return Precision.DOUBLE;
  }

  @Override
  CudaMomentTerm newTerm(CudaColumns columns) {
    return new CudaCovarianceTerm(options, columns);
  }

  /** Builder of {@link CovariancePenalty}. */
  public static final class Builder extends ExecutionBuilder<Builder> {
    private CovarianceDivisor divisor = CovarianceDivisor.FEATURES;
    private VarianceEstimator estimator = VarianceEstimator.UNBIASED;

    private Builder() {}

    /** What the sum of squared covariances is divided by, by default {@link CovarianceDivisor#FEATURES}. */
    public Builder divisor(CovarianceDivisor divisor) {
      this.divisor = Objects.requireNonNull(divisor, "divisor");
      return this;
    }

    /** The divisor of the covariances themselves, by default {@link VarianceEstimator#UNBIASED}. */
    public Builder estimator(VarianceEstimator estimator) {
      this.estimator = Objects.requireNonNull(estimator, "estimator");
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    /** An immutable regularizer with these options. */
    public CovariancePenalty build() {
      return new CovariancePenalty(new CovarianceOptions(divisor, estimator), device(), nonFinite(), parallelism());
    }
  }
}
