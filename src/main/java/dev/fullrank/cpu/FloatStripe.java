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
  private final ColumnKernels kernels;
  private final FloatRows x = new FloatRows();
  private final FloatRows y = new FloatRows();
  private double[] sum = {};
  private double[] squares = {};

  FloatStripe(ColumnKernels kernels) {
    this.kernels = kernels;
  }

  /** Adds the rows of a chunk to the moments of columns {@code from} to {@code from + count}. */
  void moments(Matrix z, ColumnMoments moments, int chunk, int from, int count) {
    x.of(z);
    sum = Scratch.atLeast(sum, count);
    squares = Scratch.atLeast(squares, count);
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
      moments.merge(kernels, chunk, row - start, rows, from, count, sum, squares);
    }
    x.clear();
  }

  /**
   * out_ij := factor_j·(z_ij − mean_j) for rows {@code start} to {@code end}, from the first column to the last, as memory lies.
   *
   * @param live windows of columns that are read; the others have zero factors
   */
  void deviations(Matrix z, ColumnMoments moments, double[] factors, boolean[] live, Matrix out, int start, int end) {
    x.of(z);
    y.of(out);
    int d = z.columns();
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(FloatRows.ROWS, end - row);
      for (int column = 0, next; column < d; column = next) {
        next = CpuColumns.endOfRun(live, column, Math.min(column + FloatRows.COLUMNS, d));
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

  /** out_ij := value for rows {@code start} to {@code end}. */
  void fill(float value, Matrix out, int start, int end) {
    y.of(out);
    for (int row = start; row < end; row++) {
      for (int column = 0, n; column < out.columns(); column += n) {
        n = Math.min(FloatRows.COLUMNS, out.columns() - column);
        y.aim(row, column, n);
        y.fill(1, n, value);
        y.store(row, 1, column, n);
      }
    }
    y.clear();
  }
}
