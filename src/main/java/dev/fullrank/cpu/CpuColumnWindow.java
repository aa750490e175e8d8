package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.ColumnWindow;
import dev.fullrank.linalg.MomentLoops;

/** A window in an array of the heap. */
final class CpuColumnWindow implements ColumnWindow {
  private final Kernels kernels;
  private final Elements elements = new Elements();
  private final double[] values = new double[ROWS * COLUMNS];
  private final double[] line = new double[ROWS];

  CpuColumnWindow(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public double[] values() {
    return values;
  }

  /** Rows are runs of memory: of a matrix that is one column they are too short to be copied one by one. */
  private static boolean byRows(Matrix m) {
    return m.columnStride() == 1 && m.rowStride() != 1;
  }

  @Override
  public void load(Matrix z, int row, int rows, int column, int columns) {
    long first = row * z.rowStride() + column * z.columnStride();
    if (byRows(z)) {
      for (int i = 0; i < rows; i++) {
        elements.read(z, first + i * z.rowStride(), 1, columns, values, i * COLUMNS);
      }
      return;
    }
    for (int j = 0; j < columns; j++) {
      elements.read(z, first + j * z.columnStride(), z.rowStride(), rows, line, 0);
      for (int i = 0; i < rows; i++) {
        values[i * COLUMNS + j] = line[i];
      }
    }
  }

  @Override
  public void store(Matrix out, int row, int rows, int column, int columns) {
    long first = row * out.rowStride() + column * out.columnStride();
    if (byRows(out)) {
      for (int i = 0; i < rows; i++) {
        elements.write(out, first + i * out.rowStride(), 1, columns, values, i * COLUMNS);
      }
      return;
    }
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        line[i] = values[i * COLUMNS + j];
      }
      elements.write(out, first + j * out.columnStride(), out.rowStride(), rows, line, 0);
    }
  }

  @Override
  public void sums(int rows, int columns, double[] shift, int at, double[] sum, double[] squares) {
    kernels.columnSums(rows, columns, values, COLUMNS, shift, at, sum, squares);
  }

  @Override
  public MomentLoops loops() {
    return kernels.columns();
  }

  @Override
  public void deviations(int rows, int columns, double[] factor, double[] shift, double[] delta, int at) {
    kernels.columnDeviations(rows, columns, values, COLUMNS, factor, shift, delta, at);
  }
}
