package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnWindow;
import java.util.Arrays;

/**
 * Moments and deviations of columns of a float32 matrix whose rows are runs of memory: what
 * {@link dev.fullrank.linalg.ColumnStripe} does for any matrix, with the same bits, without widening to an array first. The work
 * of one participant.
 */
final class FloatStripe {
  private final FloatColumns kernels;
  private final FloatRows x = new FloatRows();
  private final FloatRows y = new FloatRows();
  private final double[] sum = new double[ColumnWindow.STRIPE];
  private final double[] squares = new double[ColumnWindow.STRIPE];

  FloatStripe(FloatColumns kernels) {
    this.kernels = kernels;
  }

  /** Adds the rows of a chunk to the moments of columns {@code from} to {@code from + count}. */
  void moments(Matrix z, ColumnMoments moments, int chunk, int from, int count) {
    x.of(z);
    int start = moments.firstRow(chunk);
    int end = moments.firstRow(chunk + 1);
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, end - row);
      Arrays.fill(sum, 0, count, 0);
      Arrays.fill(squares, 0, count, 0);
      for (int i = 0; i < rows; i += FloatRows.ROWS) {
        int few = Math.min(FloatRows.ROWS, rows - i);
        x.load(row + i, few, from, count);
        kernels.addSums(few, count, x, moments.shift(), from, sum, squares);
      }
      moments.merge(chunk, row - start, rows, from, count, sum, squares);
    }
    x.clear();
  }

  /**
   * out_ij := factor_j·(z_ij − mean_j) for rows {@code start} to {@code end} and columns {@code from} to {@code to}.
   *
   * @param live windows of columns that are read; the others have zero factors
   */
  void deviations(
      Matrix z, ColumnMoments moments, double[] factors, boolean[] live, Matrix out, int start, int end, int from, int to) {
    x.of(z);
    y.of(out);
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(FloatRows.ROWS, end - row);
      for (int column = from, next; column < to; column = next) {
        next = CpuColumns.endOfRun(live, column, to);
        int n = next - column;
        y.aim(row, column, n);
        if (live[column / ColumnWindow.COLUMNS]) {
          x.load(row, rows, column, n);
          kernels.deviations(rows, n, x, factors, moments.shift(), moments.delta(), column, y);
        } else {
          y.fill(rows, n, 0);
        }
        y.store(row, rows, column, n);
      }
    }
    x.clear();
    y.clear();
  }

  /** out_ij := value. */
  void fill(float value, Matrix out, int start, int end, int from, int to) {
    y.of(out);
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(FloatRows.ROWS, end - row);
      y.aim(row, from, to - from);
      y.fill(rows, to - from, value);
      y.store(row, rows, from, to - from);
    }
    y.clear();
  }
}
