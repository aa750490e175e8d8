package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import java.util.Arrays;

/**
 * What two matrices of the same shape have to do with each other, on one window's width of columns: the squared distance of
 * their rows, and a gradient that holds their difference. The work of one thread.
 */
public final class PairStripe {
  private static final double DOWN = Math.scalb(1.0, -ColumnMoments.RESCUE_EXPONENT);
  private static final double UP = Math.scalb(1.0, ColumnMoments.RESCUE_EXPONENT);
  private static final double[] NO_SHIFT = new double[ColumnWindow.COLUMNS];

  private final ColumnWindow first;
  private final ColumnWindow second;
  private final ColumnWindow third;
  private final double[] sum = new double[ColumnWindow.COLUMNS];
  private final double[] squares = new double[ColumnWindow.COLUMNS];

  /** Works in three windows. */
  public PairStripe(ColumnWindow first, ColumnWindow second, ColumnWindow third) {
    this.first = first;
    this.second = second;
    this.third = third;
  }

  /**
   * out_j := Σ_i (x_ij − y_ij)² in units of 4^exponent.
   *
   * @param exponent 0; or ±{@link ColumnMoments#RESCUE_EXPONENT} where squares leave the range of double
   */
  public void squaredDistances(Matrix x, Matrix y, int exponent, int from, int count, double[] out) {
    Arrays.fill(out, from, from + count, 0);
    int b = x.rows();
    for (int row = 0, rows; row < b; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, b - row);
      first.load(x, row, rows, from, count);
      second.load(y, row, rows, from, count);
      subtract(first.values(), second.values(), rows, exponent);
      second.sums(rows, count, NO_SHIFT, 0, sum, squares);
      for (int j = 0; j < count; j++) {
        out[from + j] += squares[j];
      }
    }
  }

  /** y := x − y in units of 2^exponent. */
  private static void subtract(double[] x, double[] y, int rows, int exponent) {
    for (int k = 0; k < rows * ColumnWindow.COLUMNS; k++) {
      y[k] = exponent == 0 ? x[k] - y[k] : exponent > 0 ? x[k] * DOWN - y[k] * DOWN : (x[k] - y[k]) * UP;
    }
  }

  /** The sum that the gradient stands for, rounded once. */
  public void gradient(PairGradient g, int from, int count) {
    int b = g.own().rows();
    for (int row = 0, rows; row < b; row += rows) {
      rows = Math.min(ColumnWindow.ROWS, b - row);
      first.load(g.own(), row, rows, from, count);
      second.load(g.other(), row, rows, from, count);
      subtract(first.values(), second.values(), rows, g.exponent());
      g.moments().toUnits(first.values(), rows, from, count);
      first.deviations(rows, count, g.factors(), g.moments().shift(), g.moments().delta(), from);
      third.load(g.base(), row, rows, from, count);
      add(third.values(), first.values(), g.pull(), second.values(), rows);
      third.store(g.out(), row, rows, from, count);
    }
  }

  /** z := z + x + factor·y. */
  private static void add(double[] z, double[] x, double factor, double[] y, int rows) {
    for (int k = 0; k < rows * ColumnWindow.COLUMNS; k++) {
      z[k] = z[k] + x[k] + factor * y[k];
    }
  }
}
