package dev.fullrank.cpu;

/**
 * C += A·B in the last rows and columns of a square matrix, on and above the diagonal, for factors that are packed in the workspace
 * and a product that is known to be symmetric.
 */
final class TrailingUpdate {
  private final Workspace work;
  private final Parallel.Job block = this::block;

  private double[] c = {};
  private int order;
  private int first;
  private int depth;

  TrailingUpdate(Workspace work) {
    this.work = work;
  }

  /**
   * Adds to rows and columns {@code first} to {@code order}, which are lanes 0, 1 … of the factors.
   *
   * @param depth terms of a sum
   */
  void add(double[] c, int order, int first, int depth) {
    this.c = c;
    this.order = order;
    this.first = first;
    this.depth = depth;
    int n = order - first;
    int blocks = Blocking.ceilDiv(n, work.blocking.nc()) * Blocking.ceilDiv(n, work.blocking.mc());
    work.parallel.run(block, blocks, Parallel.inTiles((long) n * n * depth / 2));
  }

  private void block(int task, int slot) {
    int n = order - first;
    int nc = work.blocking.nc();
    int mc = work.blocking.mc();
    int across = Blocking.ceilDiv(n, nc);
    int row = task / across * mc;
    int column = task % across * nc;
    int columns = Math.min(nc, n - column);
    if (column + columns > row) {
      work.scratch(slot)
          .gemm
          .left(work.a, row, Math.min(mc, n - row))
          .right(work.b, column, columns)
          .depths(0, depth)
          .addTo(c, (first + row) * order + first + column, order, Gemm.Region.UPPER);
    }
  }
}
