package dev.fullrank.cuda;

/**
 * Which shapes have Gaussian matrices whose condition number is too large to be squared, and are so large that a decomposition takes
 * hundreds of times as long as products.
 *
 * @param order the least k
 * @param least those have {@link DeviceGramRoot#least} below this
 */
record NearlySquare(int order, double least) {
  /**
   * On an H100 a Gaussian matrix of 2048×2048 takes 0.4 s, nearly all of it in gesvdj, where its Gram matrix does not suffice. Below 1024 its
   * Gram matrix seldom fails float data, and launches take most of the time.
   */
  static final NearlySquare LARGE = new NearlySquare(1024, DeviceGramRoot.LEAST);

  /** Whether k×n is such a shape, k ≤ n. */
  boolean has(int k, int n) {
    return k >= order && DeviceGramRoot.least(k, n) < least;
  }
}
