package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;

/**
 * Packs a part of an {@link Operand} into panels, by lines in the direction in which memory is contiguous. One participant's own.
 */
final class Packer {
  private static final int LANES = Tiles.LANES;

  /** Depths that are turned at a time: with 16 doubles each 16 KiB of a panel, which stay in an L1 cache meanwhile. */
  private static final int DEPTH = 128;

  /** The widest panel of any kernel: a panel that is not full is read beyond the end of its lines. */
  private static final int WIDEST = 64;

  private final Panels data;
  private final double[] lines = new double[Elements.RUN + WIDEST];

  /** Reads data so. */
  Packer(Panels data) {
    this.data = data;
  }

  /**
   * Packs a part of Y: lane {@code at} of the panels is row (or column) {@code lane0} of Y, depth 0 is column (or row)
   * {@code depth0}.
   *
   * @param rowsAreLanes whether lanes are rows of Y and depths columns, or the other way round
   * @param to where; has room for {@code at + lanes} × {@code depths}
   * @param at a multiple of the panels' width
   */
  void pack(Operand y, boolean rowsAreLanes, int lane0, int lanes, int depth0, int depths, PackedMatrix to, int at) {
    Matrix x = y.matrix();
    long depthStride = rowsAreLanes ? x.columnStride() : x.rowStride();
    if (depthStride == 1) {
      packAlongDepth(y, rowsAreLanes, lane0, lanes, depth0, depths, to, at);
    } else {
      packAcross(y, rowsAreLanes, lane0, lanes, depth0, depths, to, at);
    }
    to.pad(at + lanes, 0, depths);
    to.padDepth(at, at + lanes, depths);
  }

  /** Panel by panel, in parts of it that stay in the L1 cache while their lanes are filled in. */
  private void packAlongDepth(
      Operand y, boolean rowsAreLanes, int lane0, int lanes, int depth0, int depths, PackedMatrix to, int at) {
    for (int panel = 0; panel < lanes; panel += to.width()) {
      int end = Math.min(panel + to.width(), lanes);
      for (int k = 0; k < depths; k += DEPTH) {
        int n = Math.min(DEPTH, depths - k);
        for (int lane = panel; lane < end; lane += LANES) {
          for (int i = 0; i < LANES; i++) {
            int line = Math.min(lane + i, lanes - 1); // what is missing in a group repeats the last lane, and becomes zeros
            data.readLine(y, rowsAreLanes, lane0 + line, depth0 + k, n, lines, i * DEPTH);
          }
          to.setLanes(lines, DEPTH, at + lane, k, n);
        }
      }
    }
  }

  /** As many depths at a time as there is room for lines. */
  private void packAcross(
      Operand y, boolean rowsAreLanes, int lane0, int lanes, int depth0, int depths, PackedMatrix to, int at) {
    int run = Elements.RUN - Elements.RUN % to.width();
    int adjacent = adjacentLines(y.matrix(), !rowsAreLanes, lanes);
    for (int lane = 0; lane < lanes; lane += run) {
      int n = Math.min(run, lanes - lane);
      int most = Elements.RUN / n;
      for (int k = 0; k < depths; k += most) {
        int deep = Math.min(most, depths - k);
        for (int i = 0; i < deep; i += adjacent) {
          data.readLines(y, !rowsAreLanes, depth0 + k + i, Math.min(adjacent, deep - i), lane0 + lane, n, lines, i * n);
        }
        to.setDepths(lines, n, at + lane, n, k, deep);
      }
    }
  }

  /** How many lines that lie side by side without a gap are read at once, so that short ones do not cost a call each. */
  private static int adjacentLines(Matrix x, boolean rows, int n) {
    boolean whole = n == (rows ? x.columns() : x.rows());
    long stride = rows ? x.columnStride() : x.rowStride();
    long pitch = rows ? x.rowStride() : x.columnStride();
    return whole && stride == 1 && pitch == n ? Math.max(1, Elements.RUN / n) : 1;
  }
}
