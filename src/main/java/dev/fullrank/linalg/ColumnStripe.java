package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import java.util.Arrays;

/**
 * Moments and deviations of one window's width of columns of any matrix. The work of one thread: no stripe depends on another,
 * so the bits of the result do not depend on how stripes are shared out.
 */
public final class ColumnStripe {
  private final ColumnWindow window;
  private final double[] sum = new double[ColumnWindow.COLUMNS];
  private final double[] squares = new double[ColumnWindow.COLUMNS];

  /** Works in the given window. */
  public ColumnStripe(ColumnWindow window) {
    this.window = window;
  }

  /** The entries of row 0 become the origins of all columns. */
  public void begin(Matrix z, ColumnMoments moments) {
    for (int from = 0; from < z.columns(); from += ColumnWindow.COLUMNS) {
      int count = Math.min(ColumnWindow.COLUMNS, z.columns() - from);
      window.load(z, 0, 1, from, count);
      moments.begin(window.values(), from, count);
    }
  }

  /** Adds the rows of a chunk to the moments of columns {@code from} (a multiple of the window's width) to {@code from + count}. */
  public void moments(Matrix z, ColumnMoments moments, int chunk, int from, int count) {
    int start = moments.firstRow(chunk);
    int end = moments.firstRow(chunk + 1);
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, end - row);
      window.load(z, row, rows, from, count);
      moments.toUnits(window.values(), rows, from, count);
      window.sums(rows, count, moments.shift(), from, sum, squares);
      moments.merge(window.loops(), chunk, row - start, rows, from, count, sum, squares);
    }
  }

  /** out_ij := factor_j·(z_ij − mean_j) for rows {@code start} to {@code end}, factor_j per unit of the column. */
  public void deviations(
      Matrix z, ColumnMoments moments, double[] factor, Matrix out, int start, int end, int from, int count) {
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, end - row);
      window.load(z, row, rows, from, count);
      moments.toUnits(window.values(), rows, from, count);
      window.deviations(rows, count, factor, moments.shift(), moments.delta(), from);
      window.store(out, row, rows, from, count);
    }
  }

  /** out_ij := value for rows {@code start} to {@code end}. */
  public void fill(double value, Matrix out, int start, int end, int from, int count) {
    Arrays.fill(window.values(), value);
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, end - row);
      window.store(out, row, rows, from, count);
    }
  }
}
