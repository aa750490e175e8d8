package dev.fullrank.linalg;

/** Euclidean norms that neither overflow nor underflow. */
final class ColumnNorm {
  /**
   * Below 2^-900 a sum of squares may have lost terms to underflow (they are exact multiples of 2^-1074, so fewer than 2^100 of
   * them cannot disturb the last bit of a larger sum); above 2^1000 it is close to overflow.
   */
  private static final double SMALLEST_SUM = 0x1p-900;

  private static final double LARGEST_SUM = 0x1p1000;

  private ColumnNorm() {}

  /** √Σ x[xo+i]², i &lt; n; NaN or infinite if an entry is. */
  static double of(ColumnOps ops, double[] x, int xo, int n) {
    double sum = ops.dot(x, xo, x, xo, n);
    if (sum >= SMALLEST_SUM && sum <= LARGEST_SUM) {
      return Math.sqrt(sum);
    }
    double largest = maxAbs(x, xo, n);
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    int exponent = Math.getExponent(largest);
    double scaled = 0;
    for (int i = xo; i < xo + n; i++) {
      double v = Math.scalb(x[i], -exponent);
      scaled += v * v;
    }
    return Math.scalb(Math.sqrt(scaled), exponent);
  }

  /** max |x[xo+i]|, i &lt; n; NaN if an entry is. */
  static double maxAbs(double[] x, int xo, int n) {
    double largest = 0;
    for (int i = xo; i < xo + n; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return largest;
  }
}
