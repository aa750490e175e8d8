package dev.fullrank.kernels.ptx;

/**
 * The shape of a launch: x · y blocks of one dimension.
 *
 * @param x blocks, at least 1
 * @param y blocks, 1 to 65535
 * @param threads of a block, 1 to 1024
 * @param sharedBytes dynamic shared memory of a block
 * @param order in which blocks run
 */
public record Grid(int x, int y, int threads, int sharedBytes, BlockOrder order) {
  /** The limits of every device since compute capability 3.0. */
  private static final int MOST_ROWS = 65535;

  static final int MOST_THREADS = 1024;

  /** Checks what a driver would refuse. */
  public Grid {
    if (x < 1 || y < 1 || y > MOST_ROWS) {
      throw new IllegalArgumentException("a grid of " + x + "×" + y + " blocks; x must be at least 1, y 1 to " + MOST_ROWS);
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(threads + " threads a block; there must be 1 to " + MOST_THREADS);
    }
    if (sharedBytes < 0) {
      throw new IllegalArgumentException(sharedBytes + " bytes of shared memory");
    }
  }

  /** Blocks from first to last. */
  public Grid(int x, int y, int threads, int sharedBytes) {
    this(x, y, threads, sharedBytes, BlockOrder.forward());
  }

  /** The same blocks in another order. */
  public Grid in(BlockOrder other) {
    return new Grid(x, y, threads, sharedBytes, other);
  }
}
