package dev.fullrank.cpu;

/** Packs square matrices, in double, for products in single precision: elements are rounded on the way. One participant's own. */
final class RoundingPacker {
  private static final int LANES = Tiles.LANES;

  /** Elements of a row that are rounded at a time: four rows make 2 KiB, in the L1 cache until they are turned. */
  private static final int DEPTH = 128;

  private final Kernels kernels;
  private final float[] lines = new float[LANES * DEPTH];

  /** Rounds by these loops. */
  RoundingPacker(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Packs rows {@code from} to {@code to} of a matrix of order m as lanes.
   *
   * @param from a multiple of the panels' width
   */
  void packRows(double[] a, int m, int from, int to, FloatPackedMatrix into) {
    for (int panel = from; panel < to; panel += into.width()) {
      int end = Math.min(panel + into.width(), to);
      for (int k = 0; k < m; k += DEPTH) {
        int n = Math.min(DEPTH, m - k);
        for (int lane = panel; lane < end; lane += LANES) {
          kernels.narrow(Math.min(LANES, end - lane), n, a, lane * m + k, m, lines, 0, DEPTH);
          into.setLanes(lines, DEPTH, lane, k, n);
        }
      }
    }
    into.pad(to, 0, m);
    into.padDepth(from, to, m);
  }

  /** The same with columns as lanes. */
  void packColumns(double[] a, int m, int from, int to, FloatPackedMatrix into) {
    int width = into.width();
    for (int lane = from; lane < to; lane += width) {
      kernels.narrow(m, Math.min(width, to - lane), a, lane, m, into.values(), into.offset(lane, 0), width);
    }
    into.pad(to, 0, m);
    into.padDepth(from, to, m);
  }
}
