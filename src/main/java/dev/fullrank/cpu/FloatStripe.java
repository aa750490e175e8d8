package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnWindow;
import java.util.Arrays;

/**
 * Moments and deviations of columns of a float32 matrix whose rows are runs of memory. In double it is what
 * {@link dev.fullrank.linalg.ColumnStripe} does for any matrix, with the same bits, without widening to an array first; in single
 * precision sums of few rows at a time. The work of one participant.
 */
final class FloatStripe {
  /**
   * Rows whose sums are in single precision before they are merged in double: so few that the ten additions that follow each other
   * lose less than a digit, and enough for the merging to take less time than the sums.
   */
  private static final int SINGLE_ROWS = 64;

  /** Rows of the gradient that are written before the next columns: as many pages as keep their places in all caches of pages. */
  private static final int BAND = 32;

  /**
   * Floats of a page of 4 KiB. Shift, sums and squares lie a third of a page apart from each other, so that no load has to wait for
   * a store to an address that is equal in its low twelve bits.
   */
  private static final int PAGE = 1024;

  private final ColumnKernels kernels;
  private final FloatRows x = new FloatRows();
  private final FloatRows y = new FloatRows();
  private double[] sum = {};
  private double[] squares = {};
  private float[] singles = {};

  FloatStripe(ColumnKernels kernels) {
    this.kernels = kernels;
  }

  /** Adds the rows of a chunk to the moments of columns {@code from} to {@code from + count}. */
  void moments(Matrix z, ColumnMoments moments, int chunk, int from, int count) {
    x.of(z);
    reserve(count);
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

  /** The same with sums about row 0 in single precision. */
  void singleMoments(Matrix z, ColumnMoments moments, int chunk, int from, int count) {
    x.of(z);
    reserve(count);
    int gap = Math.ceilDiv(count, PAGE) * PAGE + PAGE / 3;
    if (singles.length < 3 * gap) {
      singles = new float[3 * gap];
    }
    x.load(0, 1, from, count);
    System.arraycopy(x.values(), x.at(), singles, 0, count);
    int start = moments.firstRow(chunk);
    int end = moments.firstRow(chunk + 1);
    for (int row = start, rows; row < end; row += rows) {
      rows = Math.min(SINGLE_ROWS, end - row);
      Arrays.fill(singles, gap, gap + count, 0);
      Arrays.fill(singles, 2 * gap, 2 * gap + count, 0);
      for (int i = 0; i < rows; i += FloatRows.ROWS) {
        int few = Math.min(FloatRows.ROWS, rows - i);
        x.load(row + i, few, from, count);
        kernels.addSingleSums(few, count, x, singles, gap);
      }
      moments.mergeSingle(kernels, chunk, row - start, rows, from, count, singles, gap, sum, squares);
    }
    x.clear();
  }

  private void reserve(int count) {
    sum = Scratch.atLeast(sum, count);
    squares = Scratch.atLeast(squares, count);
  }

  /**
   * out_ij := factor_j·(z_ij − mean_j) for rows {@code start} to {@code end}, in some rows from the first column to the last, as
   * memory lies, but the last rows first: those the moments have left in the cache.
   */
  void deviations(Matrix z, ColumnMoments moments, double[] factors, ColumnWays ways, Matrix out, int start, int end) {
    x.of(z);
    y.of(out);
    int d = z.columns();
    int run = FloatRows.columnsAtATime(z);
    for (int last = end; last > start; last -= BAND) {
      int first = Math.max(start, last - BAND);
      for (int column = 0, next; column < d; column = next) {
        next = ways.endOfRun(column, Math.min(column + run, d));
        for (int row = first; row < last; row += FloatRows.ROWS) {
          deviations(moments, factors, ways, row, Math.min(FloatRows.ROWS, last - row), column, next - column);
        }
      }
    }
    x.clear();
    y.clear();
  }

  private void deviations(
      ColumnMoments moments, double[] factors, ColumnWays ways, int row, int rows, int column, int n) {
    y.aim(row, column, n);
    switch (ways.at(column)) {
      case ColumnWays.DEAD -> y.fill(rows, n, 0);
      case ColumnWays.SINGLE -> {
        x.load(row, rows, column, n);
        kernels.singleDeviations(rows, n, x, ways.factors(), ways.means(), column, y);
      }
      default -> {
        x.load(row, rows, column, n);
        kernels.deviations(rows, n, x, factors, moments.shift(), moments.delta(), column, y);
      }
    }
    y.store(row, rows, column, n);
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
