package dev.fullrank;

/**
 * The mean singular value of a b×d matrix E and its gradient:
 *
 * <pre>
 *   s_μ = ‖E‖_* / k = (σ₁ + … + σ_k)/k,   ∂s_μ/∂E = U·Vᵀ/k,   k = min(b, d)
 * </pre>
 *
 * (Taha, Hanson, Shrivastava, Davis, "SVMax: A Feature Embedding Regularizer", 2021, section 3). It lies between ‖E‖_F/k, where
 * all energy is in one direction, and ‖E‖_F/√k, where all directions share it equally. Neither U nor V is computed.
 *
 * <p>Maximise it, or take {@link SvMax}, the penalty made from it. Immutable and safe for use by any number of threads.
 */
public final class MeanSingularValue extends SpectralRegularizer {
  private MeanSingularValue(SpectralOptions options) {
    super(options);
  }

  /** Options, all with defaults: rows as they are, divisor k, minimal-norm subgradient. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  double loss(double meanSingularValue, int b, int d) {
    return meanSingularValue;
  }

  @Override
  double slope(double meanSingularValue, int b, int d) {
    return 1;
  }

  @Override
  boolean needsUnitRows() {
    return false;
  }

  /** Builder of {@link MeanSingularValue}. */
  public static final class Builder extends SpectralOptions.Builder<Builder> {
    private Builder() {
      super(false);
    }

    @Override
    Builder self() {
      return this;
    }

    /** An immutable regularizer with these options. */
    public MeanSingularValue build() {
      return new MeanSingularValue(options());
    }
  }
}
