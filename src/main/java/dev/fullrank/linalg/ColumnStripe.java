package dev.fullrank.linalg;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.util.Arrays;

/**
 * Moments and deviations of one window's width of columns. The work of one thread: no stripe depends on another, so the bits of
 * the result do not depend on how stripes are shared out.
 *
 * <p>Moments take one pass: sums about the column's entry in row 0, merged window by window (Chan, Golub and LeVeque,
 * "Updating formulae and a pairwise algorithm for computing sample variances", 1979):
 *
 * <pre>  M2 := M2_a + M2_b + (mean_b − mean_a)²·n_a·n_b/(n_a + n_b)</pre>
 *
 * <p>and a second pass only where squares left the range of double or where the sums cancelled.
 */
public final class ColumnStripe {
  private final ColumnWindow window;
  private final double[] sum = new double[ColumnWindow.COLUMNS];
  private final double[] squares = new double[ColumnWindow.COLUMNS];

  /** Works in the given window. */
  public ColumnStripe(ColumnWindow window) {
    this.window = window;
  }

  /** The moments of columns {@code from} (a multiple of the window's width) to {@code from + count}. */
  public void moments(Matrix z, ColumnMoments moments, int from, int count) {
    window.load(z, 0, 1, from, count);
    moments.begin(window.values(), from, count);
    accumulate(z, moments, from, count);
    // The squares of every narrower type are normal numbers of double.
    if (z.type() == ElementType.FLOAT64 && moments.rescale(from, count)) {
      accumulate(z, moments, from, count);
    }
    if (moments.recentre(from, count)) {
      accumulate(z, moments, from, count);
    }
  }

  private void accumulate(Matrix z, ColumnMoments moments, int from, int count) {
    int b = z.rows();
    for (int row = 0, rows; row < b; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, b - row);
      window.load(z, row, rows, from, count);
      moments.toUnits(window.values(), rows, from, count);
      window.sums(rows, count, moments.shift(), from, sum, squares);
      moments.merge(row, rows, from, count, sum, squares);
    }
  }

  /** out_ij := factor_j·(z_ij − mean_j), factor_j per unit of the column; a stripe of zero factors is written unread. */
  public void deviations(Matrix z, ColumnMoments moments, double[] factor, Matrix out, int from, int count) {
    if (isZero(factor, from, count)) {
      fill(0, out, from, count);
      return;
    }
    int b = z.rows();
    for (int row = 0, rows; row < b; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, b - row);
      window.load(z, row, rows, from, count);
      moments.toUnits(window.values(), rows, from, count);
      window.deviations(rows, count, factor, moments.shift(), moments.delta(), from);
      window.store(out, row, rows, from, count);
    }
  }

  /** out_ij := value. */
  public void fill(double value, Matrix out, int from, int count) {
    Arrays.fill(window.values(), value);
    int b = out.rows();
    for (int row = 0, rows; row < b; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, b - row);
      window.store(out, row, rows, from, count);
    }
  }

  private static boolean isZero(double[] factor, int from, int count) {
    for (int j = from; j < from + count; j++) {
      if (factor[j] != 0) {
        return false;
      }
    }
    return true;
  }
}
