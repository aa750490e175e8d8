package dev.fullrank.check;

/**
 * Sums and inner products as if computed in twice the working precision, so that the checks add no error of their own
 * (Ogita, Rump, Oishi, "Accurate sum and dot product", 2005, algorithms Sum2 and Dot2).
 */
final class Compensated {
  private Compensated() {}

  /** Σ x_i. */
  static double sum(double[] x) {
    double high = 0;
    double low = 0;
    for (double value : x) {
      double sum = high + value;
      low += twoSumError(high, value, sum);
      high = sum;
    }
    return high + low;
  }

  /** Σ x[xo+i]·y[yo+i], i &lt; n. */
  static double dot(double[] x, int xo, double[] y, int yo, int n) {
    double high = 0;
    double low = 0;
    for (int i = 0; i < n; i++) {
      double product = x[xo + i] * y[yo + i];
      double sum = high + product;
      low += Math.fma(x[xo + i], y[yo + i], -product) + twoSumError(high, product, sum);
      high = sum;
    }
    return high + low;
  }

  /** Σ x_i·y_i. */
  static double dot(double[] x, double[] y) {
    return dot(x, 0, y, 0, x.length);
  }

  /** ‖x‖₂; the entries must be far from overflow and underflow. */
  static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  /** a + b − fl(a + b), exactly, for any order of magnitudes (Knuth). */
  private static double twoSumError(double a, double b, double sum) {
    double bRounded = sum - a;
    return (a - (sum - bRounded)) + (b - bRounded);
  }
}
