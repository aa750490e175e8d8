package dev.fullrank.cuda;

/**
 * Shapes whose products take so long that it pays to look at a matrix before they are launched, and those of them that have Gaussian
 * matrices whose condition number is too large to be squared.
 *
 * @param order the least k
 * @param nearlySquare nearly square are those with {@link DeviceGramRoot#least} below this
 */
record LargeShapes(int order, double nearlySquare) {
  /**
   * On an H100 a product of order 1024 takes 42 µs, and a decomposition of a Gaussian matrix of 2048×2048 0.4 s. Below 1024 launches take most
   * of the time, and Gram matrices seldom fail float data.
   */
  static final LargeShapes DEFAULT = new LargeShapes(1024, DeviceGramRoot.LEAST);

  /** Whether matrices with a shorter side k are large. */
  boolean has(int k) {
    return k >= order;
  }

  /** Whether k×n is large and nearly square, k ≤ n. */
  boolean hasNearlySquare(int k, int n) {
    return has(k) && DeviceGramRoot.least(k, n) < nearlySquare;
  }
}
