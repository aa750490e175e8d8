package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * A matrix in the order in which register tiles read it: panels of {@code width} lanes, each panel the whole depth. A lane is
 * a row of the left factor or a column of the right factor; element (lane, k) lies at {@code (lane/width·depth + k)·width +
 * lane%width}. See the picture in {@link Kernels}.
 *
 * <p>Missing lanes of the last panel and a missing last k are zeros. The array grows and never shrinks.
 */
final class PackedMatrix {
  private double[] values = {};
  private int width = 1;
  private int depth;

  /** Makes room; contents are undefined afterwards. */
  void reserve(int width, int lanes, int depth) {
    this.width = width;
    this.depth = Blocking.roundUp(depth, 2);
    long size = (long) Blocking.roundUp(lanes, width) * this.depth;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a packed matrix of " + lanes + " × " + depth + " doubles does not fit into one array");
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

  /** Where element (lane, k) lies, for the first lane of a panel. */
  int offset(int lane, int k) {
    return (lane / width * depth + k) * width;
  }

  /** dst[k] := element (lane, k), k &lt; n. */
  void getLane(int lane, double[] dst, int n) {
    int at = offset(lane, 0) + lane % width;
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
    for (int lane = from; lane < to; lane += width) {
      int count = Math.min(width, to - lane);
      interleave(src, so + lane * ld + k0, ld, count, k1 - k0, alpha, offset(lane, k0));
      pad(lane, count, k0, k1);
    }
  }

  /** As {@link #packRows}, where all lanes of one depth are contiguous: element (lane, k) = alpha·src[so + k·ld + lane]. */
  void packColumns(double[] src, int so, int ld, int from, int to, int k0, int k1, double alpha) {
    for (int lane = from; lane < to; lane += width) {
      int count = Math.min(width, to - lane);
      for (int k = k0; k < k1; k++) {
        int at = offset(lane, k);
        int row = so + k * ld + lane;
        for (int i = 0; i < count; i++) {
          values[at + i] = alpha * src[row + i];
        }
      }
      pad(lane, count, k0, k1);
    }
  }

  /**
   * Copies lanes {@code lane} to {@code lane + count} at depths {@code k0} to {@code k1} from a panel of another matrix. Other
   * lanes of a panel that is met partly are left as they are; depth k1 of a panel that is met wholly is garbage afterwards, and
   * both matrices need room for one.
   */
  void copyPanel(Kernels kernels, PackedMatrix from, int lane, int count, int k0, int k1) {
    int start = from.offset(lane, k0);
    int done = 0;
    while (done < count) {
      int inPanel = (lane + done) % width;
      int part = Math.min(width - inPanel, count - done);
      int to = offset(lane + done - inPanel, k0) + inPanel;
      if (part == width) {
        kernels.copyRows(k1 - k0, from.values, start + done, from.width, values, to, width);
      } else {
        copyPart(k1 - k0, part, from.values, start + done, from.width, to);
      }
      done += part;
    }
  }

  private void copyPart(int depths, int part, double[] src, int so, int ld, int to) {
    for (int k = 0; k < depths; k++) {
      for (int i = 0; i < part; i++) {
        values[to + i] = src[so + i];
      }
      so += ld;
      to += width;
    }
  }

  /** Element (from + i, k) := line[at + i] for i &lt; n; {@code from} is a multiple of the width. */
  void setDepth(int k, double[] line, int at, int from, int n) {
    for (int i = 0; i < n; i += width) {
      int to = offset(from + i, k);
      int count = Math.min(width, n - i);
      for (int t = 0; t < count; t++) {
        values[to + t] = line[at + i + t];
      }
    }
  }

  /** Element (lane + i, k0 + t) := lines[at + i·ld + t] for i &lt; count, t &lt; n; all in one panel. */
  void setLanes(double[] lines, int at, int ld, int lane, int count, int k0, int n) {
    interleave(lines, at, ld, count, n, 1, offset(lane, k0) + lane % width);
  }

  /** Zeros for what is missing in the panel that begins with {@code lane} and has {@code count} lanes, at depths k0 to k1. */
  void pad(int lane, int count, int k0, int k1) {
    if (count < width) {
      for (int k = k0; k < k1; k++) {
        int at = offset(lane, k);
        Arrays.fill(values, at + count, at + width, 0);
      }
    }
    if (k1 % 2 != 0) {
      int at = offset(lane, k1);
      Arrays.fill(values, at, at + width, 0);
    }
  }

  /** Four lanes at a time: four streams to read, and runs of four to write, two to a cache line. */
  private void interleave(double[] src, int so, int ld, int count, int n, double alpha, int to) {
    int i = 0;
    for (; i <= count - 4; i += 4) {
      int s0 = so + i * ld;
      int s1 = s0 + ld;
      int s2 = s1 + ld;
      int s3 = s2 + ld;
      int at = to + i;
      for (int k = 0; k < n; k++) {
        values[at] = alpha * src[s0 + k];
        values[at + 1] = alpha * src[s1 + k];
        values[at + 2] = alpha * src[s2 + k];
        values[at + 3] = alpha * src[s3 + k];
        at += width;
      }
    }
    for (; i < count; i++) {
      int row = so + i * ld;
      int at = to + i;
      for (int k = 0; k < n; k++) {
        values[at] = alpha * src[row + k];
        at += width;
      }
    }
  }
}
