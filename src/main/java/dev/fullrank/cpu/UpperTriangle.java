package dev.fullrank.cpu;

/** The blocks of a symmetric result that have something on or above the diagonal, shared among the participants. */
final class UpperTriangle {
  /** What is done with one block. */
  @FunctionalInterface
  interface Block {
    /** Works on the given rows from {@code row} and columns from {@code column} on. */
    void run(int slot, int row, int rows, int column, int columns);
  }

  private final Workspace work;
  private final Block block;
  private final Parallel.Job task = this::task;
  private int order;
  private int blockRows;

  UpperTriangle(Workspace work, Block block) {
    this.work = work;
    this.block = block;
  }

  /** Runs all blocks of a matrix of order m, which take so many operations. */
  void run(int m, long operations) {
    order = m;
    blockRows = work.shareOfRows(m);
    work.parallel.run(task, Blocking.ceilDiv(m, work.blocking.nc()) * Blocking.ceilDiv(m, blockRows), operations);
  }

  private void task(int task, int slot) {
    int nc = work.blocking.nc();
    int across = Blocking.ceilDiv(order, nc);
    int row = task / across * blockRows;
    int column = task % across * nc;
    int columns = Math.min(nc, order - column);
    if (column + columns > row) {
      block.run(slot, row, Math.min(blockRows, order - row), column, columns);
    }
  }
}
