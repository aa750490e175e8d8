package dev.fullrank.cpu;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;

/**
 * Between the caller's data and arrays: reads lines of an {@link Operand}, with scale and shift applied in double on the way, and
 * stores blocks of doubles into a {@link Matrix}. One participant's own.
 */
final class Panels {
  private final Elements elements = new Elements();
  private final double[] line = new double[Elements.RUN];

  /**
   * dst[at + t] := element {@code from + t} of row or column {@code line} of Y, t &lt; n.
   *
   * @param n at most {@link Elements#RUN}
   */
  void readLine(Operand y, boolean row, int line, int from, int n, double[] dst, int at) {
    readLines(y, row, line, 1, from, n, dst, at);
  }

  /** The same, rounded once to float. */
  void readLine(Operand y, boolean row, int line, int from, int n, float[] dst, int at) {
    readLines(y, row, line, 1, from, n, dst, at);
  }

  /** {@link #readLines(Operand, boolean, int, int, int, int, double[], int)}, rounded once to float. */
  void readLines(Operand y, boolean rows, int line, int count, int from, int n, float[] dst, int at) {
    if (y.rowScale() == null && y.columnShift() == null) {
      Matrix x = y.matrix();
      long pitch = rows ? x.rowStride() : x.columnStride();
      long stride = rows ? x.columnStride() : x.rowStride();
      elements.read(x, line * pitch + from * stride, pitch, count, stride, n, dst, at);
    } else {
      readLines(y, rows, line, count, from, n, this.line, 0);
      Elements.narrow(this.line, 0, count * n, dst, at);
    }
  }

  /** The same for {@code count} lines, of at most {@link Elements#RUN} elements together, one after the other in dst. */
  void readLines(Operand y, boolean rows, int line, int count, int from, int n, double[] dst, int at) {
    Matrix x = y.matrix();
    long pitch = rows ? x.rowStride() : x.columnStride();
    long stride = rows ? x.columnStride() : x.rowStride();
    elements.read(x, line * pitch + from * stride, pitch, count, stride, n, dst, at);
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

  /** Whether rows of floats can be copied into the memory. */
  static boolean takesFloats(Matrix out) {
    return out.type() == ElementType.FLOAT32 && out.columnStride() == 1;
  }

  /** The same for memory that takes floats as they are. */
  void store(float[] src, int so, int ld, Matrix out, int row0, int rows, int column0, int columns) {
    for (int i = 0; i < rows; i++) {
      Elements.write(out, (row0 + i) * out.rowStride() + column0, columns, src, so + i * ld);
    }
  }

  private void storeColumns(double[] src, int so, int ld, Matrix out, int row0, int rows, int column0, int columns) {
    for (int j = 0; j < columns; j++) {
      long first = row0 + (column0 + j) * out.columnStride();
      for (int i = 0; i < rows; i += Elements.RUN) {
        int n = Math.min(Elements.RUN, rows - i);
        for (int t = 0; t < n; t++) {
          line[t] = src[so + (i + t) * ld + j];
        }
        elements.write(out, first + i, 1, n, line, 0);
      }
    }
  }
}
