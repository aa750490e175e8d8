package dev.fullrank.cuda;

import java.util.function.DoubleUnaryOperator;

/** The odd polynomial c₀·x + c₁·x³ + c₂·x⁵ + … with the least maximum of |1 − p| on an interval, by Remez' exchange. */
final class MinimaxPolynomial {
  /** Exchanges that are more than enough: they converge quadratically. */
  private static final int EXCHANGES = 12;

  /** Halvings of an interval, to the last bit. */
  private static final int HALVINGS = 54;

  private MinimaxPolynomial() {}

  /**
   * The coefficients c.
   *
   * @param terms how many, at least two
   * @param lower the interval's lower end, above 0
   * @param upper its upper end
   */
  static double[] nearestToOne(int terms, double lower, double upper) {
    double[] x = new double[terms + 1];
    for (int i = 0; i <= terms; i++) {
      x[i] = (lower + upper) / 2 - (upper - lower) / 2 * Math.cos(Math.PI * i / terms);
    }
    double[] c = alternating(x);
    for (int i = 0; i < EXCHANGES; i++) {
      exchange(c, x);
      c = alternating(x);
    }
    return c;
  }

  /**
   * Puts the inner places where 1 − p is extreme: between two of its zeros, of which there is one between each two neighbouring places, since
   * it has alternating signs there.
   */
  private static void exchange(double[] c, double[] x) {
    double[] zeros = new double[x.length - 1];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = zero(s -> 1 - value(c, s), x[i], x[i + 1]);
    }
    for (int i = 1; i + 1 < x.length; i++) {
      x[i] = zero(s -> slope(c, s), zeros[i - 1], zeros[i]);
    }
  }

  /** Where a function changes its sign between two places. */
  private static double zero(DoubleUnaryOperator f, double from, double to) {
    double low = from;
    double high = to;
    boolean positive = f.applyAsDouble(low) > 0;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (f.applyAsDouble(middle) > 0 == positive) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double value(double[] c, double x) {
    double sum = 0;
    for (int i = c.length - 1; i >= 0; i--) {
      sum = sum * x * x + c[i];
    }
    return sum * x;
  }

  private static double slope(double[] c, double x) {
    double sum = 0;
    for (int i = c.length - 1; i >= 0; i--) {
      sum = sum * x * x + (2 * i + 1) * c[i];
    }
    return sum;
  }

  /**
   * The polynomial with 1 − p = E, −E, E, … at one place more than it has terms. In t = x² it is p/x = (1 ∓ E)/x: E makes the highest divided
   * difference zero, and the others are the coefficients of Newton's form.
   */
  private static double[] alternating(double[] x) {
    int terms = x.length - 1;
    double[] ones = differences(x, 1, 1);
    double[] signs = differences(x, 1, -1);
    double error = ones[terms] / signs[terms];
    double[] c = new double[terms];
    for (int i = terms - 1; i >= 0; i--) {
      // c := c·(t − t_i) + the difference of order i
      for (int j = terms - 1; j > 0; j--) {
        c[j] = c[j - 1] - x[i] * x[i] * c[j];
      }
      c[0] = ones[i] - error * signs[i] - x[i] * x[i] * c[0];
    }
    return c;
  }

  /** Divided differences in t = x² of even/x and odd/x at places of even and odd number. */
  private static double[] differences(double[] x, double even, double odd) {
    double[] d = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      d[i] = (i % 2 == 0 ? even : odd) / x[i];
    }
    for (int order = 1; order < x.length; order++) {
      for (int i = x.length - 1; i >= order; i--) {
        d[i] = (d[i] - d[i - 1]) / (x[i] * x[i] - x[i - order] * x[i - order]);
      }
    }
    return d;
  }
}
