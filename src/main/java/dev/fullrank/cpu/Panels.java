package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;

/**
 * Between the caller's data and packed panels: packs an {@link Operand} (scale and shift applied in double on the way), and
 * stores blocks of doubles into a {@link Matrix}. Lines are read and written in the direction in which memory is contiguous.
 * One participant's own.
 */
final class Panels {
  private static final int LANES = Tiles.LANES;

  /** Depths that are turned at a time: 16 doubles (AVX-512) of each are 32 KiB, which fit into an L1 cache of 48 KiB. */
  private static final int DEPTH = 256;

  /** The widest panel of any kernel: a panel that is not full is read beyond the end of its lines. */
  private static final int WIDEST = 64;

  private final Elements elements = new Elements();
  private final double[] lines = new double[LANES * Elements.RUN + WIDEST];

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
            readLine(y, rowsAreLanes, lane0 + line, depth0 + k, n, lines, i * DEPTH);
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
      int most = LANES * Elements.RUN / n;
      for (int k = 0; k < depths; k += most) {
        int deep = Math.min(most, depths - k);
        for (int i = 0; i < deep; i += adjacent) {
          readLines(y, !rowsAreLanes, depth0 + k + i, Math.min(adjacent, deep - i), lane0 + lane, n, lines, i * n);
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

  /**
   * dst[at + t] := element {@code from + t} of row or column {@code line} of Y, t &lt; n.
   *
   * @param n at most {@link Elements#RUN}
   */
  void readLine(Operand y, boolean row, int line, int from, int n, double[] dst, int at) {
    readLines(y, row, line, 1, from, n, dst, at);
  }

  /** The same for {@code count} lines; more than one only if they are {@linkplain #adjacentLines adjacent}. */
  private void readLines(Operand y, boolean rows, int line, int count, int from, int n, double[] dst, int at) {
    Matrix x = y.matrix();
    long pitch = rows ? x.rowStride() : x.columnStride();
    long stride = rows ? x.columnStride() : x.rowStride();
    elements.read(x, line * pitch + from * stride, stride, count * n, dst, at);
    if (y.rowScale() == null && y.columnShift() == null) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (rows) {
        adjustRow(y, line + i, from, n, dst, at + i * n);
      } else {
        adjustColumn(y, line + i, from, n, dst, at + i * n);
      }
    }
  }

  private static void adjustRow(Operand y, int row, int from, int n, double[] v, int at) {
    double[] scale = y.rowScale();
    double[] shift = y.columnShift();
    if (scale != null) {
      multiply(v, at, n, scale[row]);
    }
    if (shift != null) {
      for (int t = 0; t < n; t++) {
        v[at + t] -= shift[from + t];
      }
    }
  }

  private static void adjustColumn(Operand y, int column, int from, int n, double[] v, int at) {
    double[] scale = y.rowScale();
    double[] shift = y.columnShift();
    if (scale != null) {
      for (int t = 0; t < n; t++) {
        v[at + t] *= scale[from + t];
      }
    }
    if (shift != null) {
      subtract(v, at, n, shift[column]);
    }
  }

  private static void multiply(double[] v, int at, int n, double factor) {
    for (int t = 0; t < n; t++) {
      v[at + t] *= factor;
    }
  }

  private static void subtract(double[] v, int at, int n, double shift) {
    for (int t = 0; t < n; t++) {
      v[at + t] -= shift;
    }
  }

  /** out(row0 + i, column0 + j) := src[so + i·ld + j], rounded once; nothing else of the memory is touched. */
  void store(double[] src, int so, int ld, Matrix out, int row0, int rows, int column0, int columns) {
    if (out.rowStride() == 1 && out.columnStride() != 1) {
      storeColumns(src, so, ld, out, row0, rows, column0, columns);
      return;
    }
    for (int i = 0; i < rows; i++) {
      long first = (row0 + i) * out.rowStride() + column0 * out.columnStride();
      for (int j = 0; j < columns; j += Elements.RUN) {
        int n = Math.min(Elements.RUN, columns - j);
        elements.write(out, first + j * out.columnStride(), out.columnStride(), n, src, so + i * ld + j);
      }
    }
  }

  private void storeColumns(double[] src, int so, int ld, Matrix out, int row0, int rows, int column0, int columns) {
    for (int j = 0; j < columns; j++) {
      long first = row0 + (column0 + j) * out.columnStride();
      for (int i = 0; i < rows; i += Elements.RUN) {
        int n = Math.min(Elements.RUN, rows - i);
        for (int t = 0; t < n; t++) {
          lines[t] = src[so + (i + t) * ld + j];
        }
        elements.write(out, first + i, 1, n, lines, 0);
      }
    }
  }
}
