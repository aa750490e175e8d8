package dev.fullrank.linalg;

/**
 * Z ≈ G^(-1/2) for a well-conditioned Gram matrix: its Chebyshev series in G, of which the products are in single precision. Where
 * κ(G) is small this is the cheapest of all, 2·√degree symmetric products of order k at the full speed of the register tile, and the
 * rounding errors of single precision, κ(G)·2⁻²⁴ and more, are no larger than those that products with the data make.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class ChebyshevRoot<S> {
  /** Below it a rational function, in double, takes no longer. */
  private static final int LEAST_ORDER = 48;

  /** Gaussian rows four times as long as there are rows have 9; the gradient is as accurate there as that of an SVD in single precision. */
  private static final double MOST_CONDITION = 12;

  /** Where the estimates of the ends of the spectrum are not outside of it, they are not far inside. */
  private static final double ROOM_BELOW = 0.93;

  private static final double ROOM_ABOVE = 1.02;

  /** The coefficients left out are worst at the lower end, where Z·E has them divided by √κ(G). */
  private static final double ACCURACY = 0x1p-22;

  private final DenseOps<S> ops;
  private final LanczosBounds<S> bounds;
  private final ChebyshevSeries series = new ChebyshevSeries();

  ChebyshevRoot(DenseOps<S> ops) {
    this.ops = ops;
    this.bounds = new LanczosBounds<>(ops);
  }

  /** Chooses the series for the Gram matrix in buffer {@link GramRoot#G}; false if that is too small, or its condition number too large. */
  boolean choose() {
    return ops.order() >= LEAST_ORDER
        && bounds.estimate(ops.buffer(GramRoot.G), MOST_CONDITION)
        && series.choose(ROOM_BELOW * bounds.least(), ROOM_ABOVE * bounds.most(), ACCURACY);
  }

  /** Forms Z in buffer {@link GramRoot#Z}. */
  void form() {
    ops.chebyshev(ops.buffer(GramRoot.G), series, ops.buffer(GramRoot.Z));
  }

  /** An estimate of κ(E)². */
  double squaredCondition() {
    return bounds.most() / bounds.least();
  }

  /** An estimate of σ₁. */
  double largestSingularValue() {
    return Math.sqrt(bounds.most());
  }
}
