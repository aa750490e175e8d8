package dev.fullrank;

/**
 * The options of {@link EmbeddingStatistics.Builder}.
 *
 * @param batch rows of a batch, 0 for none
 * @param parallelism threads, 0 for as many as the size of the matrix deserves
 */
record StatisticsOptions(
    boolean normalizeRows,
    int batch,
    double gamma,
    double epsilon,
    VarianceEstimator estimator,
    int parallelism,
    NonFinitePolicy nonFinite,
    Route route,
    Device device) {
  /** The triangular factor costs 2nd² flops on one thread: up to 2^32, a second or two, are spent unasked. */
  private static final long AFFORDABLE_PRODUCT = 1L << 31;

  /** One-sided Jacobi on a triangle of order 256 takes tenths of a second; it grows with the cube. */
  private static final int AFFORDABLE_COLUMNS = 256;

  /** Whether rows of this number, width and type are reduced to a triangular factor beside their co-moments. */
  boolean wantsFactor(long rows, int columns, ElementType type) {
    return switch (route) {
      case JACOBI -> true;
      case AUTO -> type == ElementType.FLOAT64
          && columns <= AFFORDABLE_COLUMNS
          && rows <= AFFORDABLE_PRODUCT / ((long) columns * columns);
      default -> false;
    };
  }

  /** Options that change what is collected must agree; those that change what is reported need not. */
  void checkMergeable(boolean otherNormalizeRows, int otherBatch, Route otherRoute) {
    if (normalizeRows != otherNormalizeRows || batch != otherBatch || route != otherRoute) {
      throw new IllegalArgumentException(
          "statistics with normalizeRows " + normalizeRows + ", batch " + batch + ", route " + route
              + " cannot take in those with normalizeRows " + otherNormalizeRows + ", batch " + otherBatch + ", route "
              + otherRoute + "; build both with the same options");
    }
  }
}
