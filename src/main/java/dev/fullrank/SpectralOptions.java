package dev.fullrank;

import java.util.List;
import java.util.Objects;

/** Options shared by {@link MeanSingularValue} and {@link SvMax}; the builders are their public face. */
record SpectralOptions(
    boolean normalizeRows,
    Divisor divisor,
    Route route,
    RankPolicy rankPolicy,
    NonFinitePolicy nonFinite,
    double tolerance,
    int parallelism,
    Device device) {

  /** Half of what the library promises for float gradients: the other half is left to the rounding of the output. */
  private static final double FLOAT_TOLERANCE = 2e-6;

  private static final double DOUBLE_TOLERANCE = 1e-11;

  private static final List<Route> ON_A_GPU = List.of(Route.AUTO, Route.GRAM_POLAR, Route.NEWTON, Route.JACOBI);

  double toleranceFor(ElementType type) {
    if (tolerance > 0) {
      return tolerance;
    }
    return type == ElementType.FLOAT64 ? DOUBLE_TOLERANCE : FLOAT_TOLERANCE;
  }

  /**
   * Builder of the options that all spectral regularizers have.
   *
   * @param <B> the concrete builder
   */
  public abstract static sealed class Builder<B extends Builder<B>> extends ExecutionBuilder<B>
      permits MeanSingularValue.Builder, SvMax.Builder {
    private boolean normalizeRows;
    private Divisor divisor = Divisor.MIN_DIMENSION;
    private Route route = Route.AUTO;
    private RankPolicy rankPolicy = RankPolicy.MINIMAL_NORM;
    private double tolerance;

    Builder(boolean normalizeRows) {
      this.normalizeRows = normalizeRows;
    }

    /**
     * Whether rows are divided by their Euclidean norms first, forward and backward in one. Zero rows stay zero and get a zero
     * gradient.
     */
    public B normalizeRows(boolean normalize) {
      this.normalizeRows = normalize;
      return self();
    }

    /** What the sum of singular values is divided by; by default k = min(b, d). */
    public B divisor(Divisor divisor) {
      this.divisor = Objects.requireNonNull(divisor, "divisor");
      return self();
    }

    /**
     * Forces a route, by default {@link Route#AUTO}. A forced route that cannot certify its result throws an
     * {@link ArithmeticException} instead of falling back.
     */
    public B route(Route route) {
      this.route = Objects.requireNonNull(route, "route");
      return self();
    }

    /** The subgradient at rank deficiency, by default {@link RankPolicy#MINIMAL_NORM}. */
    public B rankPolicy(RankPolicy policy) {
      this.rankPolicy = Objects.requireNonNull(policy, "rankPolicy");
      return self();
    }

    /**
     * The accuracy a fast route has to prove: the polar factor's singular values are within this of 1. By default 1e-11 for
     * {@link ElementType#FLOAT64} and 2e-6 for the narrower types. A larger value lets {@link Route#AUTO} stay on the fast
     * route for worse conditioned input.
     *
     * @param tolerance between 1e-14 and 1e-2
     */
    public B tolerance(double tolerance) {
      if (!(tolerance >= 1e-14 && tolerance <= 1e-2)) {
        throw new IllegalArgumentException("tolerance must lie between 1e-14 and 1e-2, not " + tolerance);
      }
      this.tolerance = tolerance;
      return self();
    }

    SpectralOptions options() {
      if (route == Route.GRAM_EIGEN && rankPolicy == RankPolicy.COMPLETION) {
        throw new IllegalArgumentException("route GRAM_EIGEN has no null vectors to complete; choose AUTO or JACOBI");
      }
      if (device().isCuda() && !ON_A_GPU.contains(route)) {
        throw new IllegalArgumentException("route " + route + " is not chosen on a GPU; choose one of " + ON_A_GPU + ", or compute on the CPU");
      }
      if (!device().isCuda() && route == Route.BIDIAGONAL) {
        throw new IllegalArgumentException("route BIDIAGONAL is for GPUs; choose AUTO or JACOBI");
      }
      return new SpectralOptions(normalizeRows, divisor, route, rankPolicy, nonFinite(), tolerance, parallelism(), device());
    }
  }
}
