package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import org.jspecify.annotations.Nullable;

/**
 * Packs a part of an {@link Operand} into panels, by lines in the direction in which memory is contiguous. One participant's own.
 */
final class Packer {
  private static final int LANES = Tiles.LANES;

  /**
   * Depths that are turned at a time: as many as {@link Elements#RUN} holds of a group of lanes. With 16 doubles each they make 32
   * KiB of a panel, and lines long enough for a prefetcher to see that they go on.
   */
  private static final int DEPTH = Elements.RUN / LANES;

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
    pack(y, rowsAreLanes, lane0, lanes, depth0, depths, to, null, at);
  }

  /** The same into panels of two widths, from one reading; {@code also} may be null. */
  void pack(
      Operand y,
      boolean rowsAreLanes,
      int lane0,
      int lanes,
      int depth0,
      int depths,
      PackedMatrix to,
      @Nullable PackedMatrix also,
      int at) {
    Matrix x = y.matrix();
    long depthStride = rowsAreLanes ? x.columnStride() : x.rowStride();
    if (depthStride == 1) {
      packAlongDepth(y, rowsAreLanes, lane0, lanes, depth0, depths, to, also, at);
    } else {
      packAcross(y, rowsAreLanes, lane0, lanes, depth0, depths, to, also, at);
    }
    pad(to, at, lanes, depths);
    if (also != null) {
      pad(also, at, lanes, depths);
    }
  }

  private static void pad(PackedMatrix to, int at, int lanes, int depths) {
    to.pad(at + lanes, 0, depths);
    to.padDepth(at, at + lanes, depths);
  }

  /** Panel by panel, in parts of it that stay in the L1 cache, or near it, while their lanes are filled in. */
  private void packAlongDepth(
      Operand y,
      boolean rowsAreLanes,
      int lane0,
      int lanes,
      int depth0,
      int depths,
      PackedMatrix to,
      @Nullable PackedMatrix also,
      int at) {
    for (int panel = 0; panel < lanes; panel += to.width()) {
      int end = Math.min(panel + to.width(), lanes);
      for (int k = 0; k < depths; k += DEPTH) {
        int n = Math.min(DEPTH, depths - k);
        for (int lane = panel; lane < end; lane += LANES) {
          int count = Math.min(LANES, lanes - lane); // of what is missing in a group old lines are turned, and become zeros
          data.readLines(y, rowsAreLanes, lane0 + lane, count, depth0 + k, n, lines, 0);
          to.setLanes(lines, n, at + lane, k, n);
          if (also != null) {
            also.setLanes(lines, n, at + lane, k, n);
          }
        }
      }
    }
  }

  /** As many depths at a time as there is room for lines. */
  private void packAcross(
      Operand y,
      boolean rowsAreLanes,
      int lane0,
      int lanes,
      int depth0,
      int depths,
      PackedMatrix to,
      @Nullable PackedMatrix also,
      int at) {
    int unit = also == null ? to.width() : Blocking.commonMultiple(to.width(), also.width());
    int run = Elements.RUN - Elements.RUN % unit;
    for (int lane = 0; lane < lanes; lane += run) {
      int n = Math.min(run, lanes - lane);
      int most = Elements.RUN / n;
      for (int k = 0; k < depths; k += most) {
        int deep = Math.min(most, depths - k);
        data.readLines(y, !rowsAreLanes, depth0 + k, deep, lane0 + lane, n, lines, 0);
        to.setDepths(lines, n, at + lane, n, k, deep);
        if (also != null) {
          also.setDepths(lines, n, at + lane, n, k, deep);
        }
      }
    }
  }
}
