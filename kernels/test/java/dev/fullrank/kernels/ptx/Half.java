package dev.fullrank.kernels.ptx;

/** The format binary16. */
final class Half {
  /** The NaN that GPUs make. */
  private static final int NAN = 0x7fff;

  private static final int SIGN = 0x8000;

  private Half() {}

  /** The number that the bits stand for; exact. */
  static double value(long bits) {
    return Float.float16ToFloat((short) bits);
  }

  /** The bits that a double is rounded to, once. */
  static long of(double number, Rounding rounding) {
    if (Double.isNaN(number)) {
      return NAN;
    }
    int nearest = Short.toUnsignedInt(Float.floatToFloat16(toOdd(number)));
    double value = value(nearest);
    boolean negative = (nearest & SIGN) != 0;
    if (value > number && rounding.lowers(number)) {
      return negative ? nearest + 1 : nearest - 1;
    }
    if (value < number && rounding.raises(number)) {
      return negative ? nearest - 1 : nearest + 1;
    }
    return nearest;
  }

  /**
   * Rounds to the float with an odd last bit where a double lies between two floats. It falls on no tie of a format that is two bits
   * shorter, so that rounding on to binary16 is the same as rounding once (Boldo and Melquiond, 2008).
   */
  private static float toOdd(double number) {
    float toZero = Rounding.ZERO.toSingle(number);
    return toZero == number ? toZero : Float.intBitsToFloat(Float.floatToRawIntBits(toZero) | 1);
  }
}
