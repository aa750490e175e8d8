package dev.fullrank;

import java.util.Objects;

/**
 * SVMax: the penalty that falls as the mean singular value s_μ rises.
 *
 * <pre>
 *   LINEAR       R = −λ·s_μ                                (eq. 1)
 *   EXPONENTIAL  R = λ·exp((U − s_μ)/(U − L))              (eq. 4), from λ at the upper bound to λ·e at the lower
 * </pre>
 *
 * with the bounds of s_μ for rows of unit norm, L = √b/k and U = √(b/k), k = min(b, d), which hold for every shape; the paper
 * divides by d and assumes b &gt; d ({@link Divisor#FEATURES}). Where the bounds coincide (k = 1) the exponential form is the
 * constant λ with a zero gradient.
 *
 * <p>Source: Taha, Hanson, Shrivastava, Davis, "SVMax: A Feature Embedding Regularizer", 2021. The paper uses λ = 1 with
 * contrastive and N-pair losses, 0.1 with triplet, 2 with angular loss, and the linear form with 0.01 on GANs.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class SvMax extends SpectralRegularizer {
  /** The two penalties of the paper. */
  public enum Form {
    /** −λ·s_μ. */
    LINEAR,
    /** λ·exp((U − s_μ)/(U − L)), for rows of unit norm. */
    EXPONENTIAL
  }

  private final double strength;
  private final Form form;

  private SvMax(SpectralOptions options, double strength, Form form) {
    super(options);
    this.strength = strength;
    this.form = form;
  }

  /** Options, all with defaults: exponential form, strength 1, rows normalised, divisor k, minimal-norm subgradient. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  double loss(double s, int b, int d) {
    return switch (form) {
      case LINEAR -> -strength * s;
      case EXPONENTIAL -> strength * exponential(s, b, d);
    };
  }

  @Override
  double slope(double s, int b, int d) {
    return switch (form) {
      case LINEAR -> -strength;
      case EXPONENTIAL -> Math.min(b, d) == 1 ? 0 : -strength / range(b, d) * exponential(s, b, d);
    };
  }

  @Override
  boolean needsUnitRows() {
    return form == Form.EXPONENTIAL;
  }

  private double exponential(double s, int b, int d) {
    if (Math.min(b, d) == 1) {
      return Double.isNaN(s) ? s : 1;
    }
    return Math.exp((upperBound(b, d) - s) / range(b, d));
  }

  private double upperBound(int b, int d) {
    return Math.sqrt(b) * Math.sqrt(Math.min(b, d)) / options().divisor().of(b, d);
  }

  private double range(int b, int d) {
    return upperBound(b, d) - Math.sqrt(b) / options().divisor().of(b, d);
  }

  /** Builder of {@link SvMax}. */
  public static final class Builder extends SpectralOptions.Builder<Builder> {
    private double strength = 1;
    private Form form = Form.EXPONENTIAL;

    private Builder() {
      super(true);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * λ, by default 1; finite. For a strength that changes during training leave it at 1 and pass the scheduled strength as the
     * upstream factor of {@link Evaluation#gradient}.
     */
    public Builder strength(double strength) {
      this.strength = Checks.finite("strength", strength);
      return this;
    }

    /** The form of the penalty, by default {@link Form#EXPONENTIAL}. */
    public Builder form(Form form) {
      this.form = Objects.requireNonNull(form, "form");
      return this;
    }

    /** An immutable regularizer with these options. */
    public SvMax build() {
      return new SvMax(options(), strength, form);
    }
  }
}
