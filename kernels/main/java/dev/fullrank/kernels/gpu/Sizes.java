package dev.fullrank.kernels.gpu;

import dev.fullrank.check.Extent;

/**
 * How much the checks do.
 *
 * @param extent of the gradient-check suite
 * @param every so many cases of the suite one is run
 * @param side of the larger matrices
 * @param large shorter side of matrices that are large for a GPU
 * @param longest rows of the tallest matrix, which has two columns
 * @param runs how often the same is computed
 * @param steps of a training that must not grow
 * @param covariances columns of a matrix whose covariances do not fit into the rest of the memory
 */
record Sizes(Extent extent, int every, int side, int large, int longest, int runs, int steps, int covariances) {
  static final Sizes FULL = new Sizes(Extent.FULL, 1, 500, 1024, 400_000, 50, 100_000, 8192);

  /** Fewer steps: a leak of 256 bytes, the least that CUDA allocates, still shows in them. */
  static final Sizes QUICK = new Sizes(Extent.FULL, 1, 256, 1024, 400_000, 50, 10_000, 8192);
}
