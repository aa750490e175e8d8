package dev.fullrank.linalg;

/** Scaling by powers of two: exact unless the result is subnormal. */
final class PowerOfTwo {
  private PowerOfTwo() {}

  /**
   * The exponent e for which data of the given largest magnitude should be divided by 2^e, 0 if they may stay as they are.
   *
   * @param tolerated data within 2^±tolerated stay
   * @throws IllegalArgumentException if the magnitude is not finite
   */
  static int exponent(double largest, int tolerated) {
    if (!Double.isFinite(largest)) {
      throw new IllegalArgumentException("the matrix has entries that are not finite");
    }
    if (largest == 0) {
      return 0;
    }
    int e = largest < Double.MIN_NORMAL ? Math.getExponent(largest * 0x1p54) - 54 : Math.getExponent(largest);
    return Math.abs(e) <= tolerated ? 0 : e;
  }

  /** x[xo+i] *= 2^e. */
  static void scale(double[] x, int xo, int n, int e) {
    for (int i = xo; i < xo + n; i++) {
      x[i] = Math.scalb(x[i], e);
    }
  }
}
