package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * A matrix in the order in which register tiles read it: panels of {@code width} lanes, each panel the whole depth. A lane is
 * a row of the left factor or a column of the right factor; element (lane, k) lies at {@code (lane/width·depth + k)·width +
 * lane%width}. See the picture in {@link Tiles}.
 *
 * <p>Missing lanes of the last panel and a missing last k are zeros. The array grows and never shrinks.
 */
final class PackedMatrix {
  private static final int LANES = Tiles.LANES;

  /** Depths of a panel that are filled lane by lane: with 16 doubles each 16 KiB, which stay in an L1 cache meanwhile. */
  private static final int DEPTH = 128;

  private final Tiles tiles;
  private double[] values = {};
  private int width = LANES;
  private int depth;

  /** Empty; packed by these loops. */
  PackedMatrix(Tiles tiles) {
    this.tiles = tiles;
  }

  /**
   * Makes room; contents are undefined afterwards.
   *
   * @param width lanes of a panel, a multiple of {@link Tiles#LANES}
   */
  void reserve(int width, int lanes, int depth) {
    this.width = width;
    this.depth = Blocking.roundUp(depth, 2);
    long size = (long) Blocking.roundUp(lanes, width) * this.depth;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a packed matrix of " + lanes + " × " + depth + " elements does not fit into one array");
    }
    if (values.length < size) {
      values = new double[(int) size];
    }
  }

  /** The panels. */
  double[] values() {
    return values;
  }

  /** Lanes of a panel. */
  int width() {
    return width;
  }

  /** Where element (lane, k) lies. */
  int offset(int lane, int k) {
    return (lane / width * depth + k) * width + lane % width;
  }

  /** dst[k] := element (lane, k), k &lt; n. */
  void getLane(int lane, double[] dst, int n) {
    int at = offset(lane, 0);
    for (int k = 0; k < n; k++) {
      dst[k] = values[at];
      at += width;
    }
  }

  /** dst[lane] := element (lane, k), lane &lt; n. */
  void getDepth(int k, double[] dst, int n) {
    for (int lane = 0; lane < n; lane += width) {
      System.arraycopy(values, offset(lane, k), dst, lane, Math.min(width, n - lane));
    }
  }

  /**
   * Packs lanes {@code from} to {@code to} at depths {@code k0} to {@code k1}, times alpha, where a lane is contiguous:
   * element (lane, k) = alpha·src[so + lane·ld + k].
   *
   * @param from a multiple of the width
   * @param k0 even; k1 may be odd only at the end of the depth
   */
  void packRows(double[] src, int so, int ld, int from, int to, int k0, int k1, double alpha) {
    clearLastPanel(from, to, k0, k1);
    int whole = to - (to - from) % LANES;
    for (int panel = from; panel < whole; panel += width) {
      for (int k = k0; k < k1; k += DEPTH) {
        int n = Math.min(DEPTH, k1 - k);
        for (int lane = panel; lane < Math.min(panel + width, whole); lane += LANES) {
          tiles.interleave(n, alpha, src, so + lane * ld + k, ld, values, offset(lane, k), width);
        }
      }
    }
    for (int lane = whole; lane < to; lane++) {
      int at = offset(lane, k0);
      for (int k = k0; k < k1; k++) {
        values[at] = alpha * src[so + lane * ld + k];
        at += width;
      }
    }
    padDepth(from, to, k1);
  }

  /** As {@link #packRows}, where all lanes of one depth are contiguous: element (lane, k) = alpha·src[so + k·ld + lane]. */
  void packColumns(double[] src, int so, int ld, int from, int to, int k0, int k1, double alpha) {
    clearLastPanel(from, to, k0, k1);
    for (int lane = from; lane < to; lane += width) {
      int count = Math.min(width, to - lane);
      int whole = count - count % LANES;
      int row = so + k0 * ld + lane;
      tiles.copyRuns(k1 - k0, whole, alpha, src, row, ld, values, offset(lane, k0), width);
      for (int i = whole; i < count; i++) {
        for (int k = k0; k < k1; k++) {
          values[offset(lane + i, k)] = alpha * src[so + k * ld + lane + i];
        }
      }
    }
    padDepth(from, to, k1);
  }

  /**
   * Packs lanes {@code from} to {@code from + lanes} of a symmetric matrix of order n of which the upper triangle is read, from lane
   * 0 on: element (lane, k) = src[so + i·ld + j] with i the smaller and j the larger of from + lane and k.
   */
  void packSymmetric(double[] src, int so, int ld, int from, int lanes, int n) {
    for (int lane = 0; lane < lanes; lane += width) {
      int count = Math.min(width, lanes - lane);
      int first = from + lane;
      int even = Math.min(Blocking.roundUp(first + count, 2), n);
      packColumns(src, so + from, ld, lane, lane + count, 0, first, 1);
      packDiagonal(src, so, ld, first, count, even, offset(lane, first));
      pad(lane + count, first, even);
      packRows(src, so + from * ld, ld, lane, lane + count, even, n, 1);
      padDepth(lane, lane + count, n);
    }
  }

  /** Depths {@code first} to {@code end} of the lanes from {@code first} on, which lie on both sides of the diagonal. */
  private void packDiagonal(double[] src, int so, int ld, int first, int count, int end, int to) {
    for (int k = first; k < end; k++) {
      for (int i = 0; i < count; i++) {
        int lane = first + i;
        values[to + i] = lane < k ? src[so + lane * ld + k] : src[so + k * ld + lane];
      }
      to += width;
    }
  }

  /**
   * Element (lane + i, k0 + t) := lines[i·ld + t] for i &lt; {@link Tiles#LANES}, t &lt; n.
   *
   * @param lane a multiple of {@link Tiles#LANES}
   */
  void setLanes(double[] lines, int ld, int lane, int k0, int n) {
    tiles.interleave(n, 1, lines, 0, ld, values, offset(lane, k0), width);
  }

  /**
   * Element (from + i, k0 + t) := lines[t·ld + i] for i &lt; count, t &lt; n; lanes that are missing in the last panel are
   * undefined afterwards.
   *
   * @param lines reaches a panel further than the elements that are set
   * @param from a multiple of the width
   */
  void setDepths(double[] lines, int ld, int from, int count, int k0, int n) {
    for (int i = 0; i < count; i += width) {
      tiles.copyRuns(n, width, 1, lines, i, ld, values, offset(from + i, k0), width);
    }
  }

  /** Lanes {@code from}, a multiple of the width, to {@code to} of what is packed in panels of another width. */
  void copyLanes(PackedMatrix other, int from, int to) {
    int end = Math.min(Blocking.roundUp(to, other.width), Blocking.roundUp(to, width));
    for (int panel = from; panel < end; panel += width) {
      for (int k = 0; k < depth; k += DEPTH) {
        int n = Math.min(DEPTH, depth - k);
        for (int lane = panel; lane < Math.min(panel + width, end); lane += LANES) {
          tiles.copyRuns(n, LANES, 1, other.values, other.offset(lane, k), other.width, values, offset(lane, k), width);
        }
      }
    }
    pad(to, 0, depth);
  }

  /**
   * Lanes {@code from} to {@code to}, multiples of {@link Tiles#LANES}, at depths {@code k0} to {@code k1} of what is packed in
   * panels of another width; nothing else is touched.
   */
  void copyLanes(PackedMatrix other, int from, int to, int k0, int k1) {
    int next;
    for (int lane = from; lane < to; lane = next) {
      next = Math.min(to, Math.min(lane - lane % width + width, lane - lane % other.width + other.width));
      tiles.copyRuns(k1 - k0, next - lane, 1, other.values, other.offset(lane, k0), other.width, values, offset(lane, k0), width);
    }
  }

  /** Zeros at depths k0 to k1 of the last panel of the lanes {@code from} to {@code to}, if lanes are missing there: in one piece, first. */
  private void clearLastPanel(int from, int to, int k0, int k1) {
    if (from < to && to % width != 0) {
      int at = offset(to - to % width, k0);
      Arrays.fill(values, at, at + (k1 - k0) * width, 0);
    }
  }

  /** Zeros for the lanes from {@code lane} to the end of its panel, at depths k0 to k1. */
  void pad(int lane, int k0, int k1) {
    int missing = Blocking.roundUp(lane, width) - lane;
    if (missing > 0) {
      int at = offset(lane, k0);
      for (int k = k0; k < k1; k++) {
        Arrays.fill(values, at, at + missing, 0);
        at += width;
      }
    }
  }

  /** Zeros at depth k1 for the panels of lanes {@code from} to {@code to}, if k1 is odd. */
  void padDepth(int from, int to, int k1) {
    if (k1 % 2 != 0) {
      for (int lane = from; lane < to; lane += width) {
        int at = offset(lane, k1);
        Arrays.fill(values, at, at + width, 0);
      }
    }
  }
}
