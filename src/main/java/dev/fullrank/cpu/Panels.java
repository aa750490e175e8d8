package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;

/**
 * Between the caller's data and packed panels: packs an {@link Operand} (scale and shift applied in double on the way), and stores
 * blocks of doubles into a {@link Matrix}. Lines are read and written in the direction in which memory is contiguous. One
 * participant's own.
 */
final class Panels {
  /** Lanes read side by side before they are interleaved. */
  private static final int GROUP = 4;

  private final Elements elements = new Elements();
  private final double[] lines = new double[GROUP * Elements.RUN];

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
    for (int lane = 0; lane < lanes; lane += to.width()) {
      to.pad(at + lane, Math.min(to.width(), lanes - lane), 0, depths);
    }
  }

  private void packAlongDepth(
      Operand y, boolean rowsAreLanes, int lane0, int lanes, int depth0, int depths, PackedMatrix to, int at) {
    for (int lane = 0; lane < lanes; lane += GROUP) {
      for (int k = 0; k < depths; k += Elements.RUN) {
        int n = Math.min(Elements.RUN, depths - k);
        for (int i = lane; i < Math.min(lane + GROUP, lanes); i++) {
          readLine(y, rowsAreLanes, lane0 + i, depth0 + k, n, lines, (i - lane) * Elements.RUN);
        }
        interleave(to, at + lane, Math.min(GROUP, lanes - lane), k, n);
      }
    }
  }

  /** Lanes of one group may belong to two panels, when the width is no multiple of the group. */
  private void interleave(PackedMatrix to, int lane, int count, int k, int n) {
    int done = 0;
    while (done < count) {
      int part = Math.min(count - done, to.width() - (lane + done) % to.width());
      to.setLanes(lines, done * Elements.RUN, Elements.RUN, lane + done, part, k, n);
      done += part;
    }
  }

  private void packAcross(
      Operand y, boolean rowsAreLanes, int lane0, int lanes, int depth0, int depths, PackedMatrix to, int at) {
    int run = Elements.RUN - Elements.RUN % to.width();
    for (int lane = 0; lane < lanes; lane += run) {
      int n = Math.min(run, lanes - lane);
      for (int k = 0; k < depths; k++) {
        readLine(y, !rowsAreLanes, depth0 + k, lane0 + lane, n, lines, 0);
        to.setDepth(k, lines, 0, at + lane, n);
      }
    }
  }

  /**
   * dst[at + t] := element {@code from + t} of row or column {@code line} of Y, t &lt; n.
   *
   * @param n at most {@link Elements#RUN}
   */
  void readLine(Operand y, boolean row, int line, int from, int n, double[] dst, int at) {
    Matrix x = y.matrix();
    double[] scale = y.rowScale();
    double[] shift = y.columnShift();
    if (row) {
      elements.read(x, line * x.rowStride() + from * x.columnStride(), x.columnStride(), n, dst, at);
      if (scale != null) {
        multiply(dst, at, n, scale[line]);
      }
      if (shift != null) {
        for (int t = 0; t < n; t++) {
          dst[at + t] -= shift[from + t];
        }
      }
    } else {
      elements.read(x, from * x.rowStride() + line * x.columnStride(), x.rowStride(), n, dst, at);
      if (scale != null) {
        for (int t = 0; t < n; t++) {
          dst[at + t] *= scale[from + t];
        }
      }
      if (shift != null) {
        subtract(dst, at, n, shift[line]);
      }
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
