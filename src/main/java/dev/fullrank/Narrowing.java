package dev.fullrank;

/** Conversions between double and the 16-bit formats, each rounded once, to nearest even. */
public final class Narrowing {
  private Narrowing() {}

  /** The exact value of a bfloat16. */
  public static double bfloat16ToDouble(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest bfloat16; NaN stays NaN, values beyond the range become infinite. */
  public static short toBfloat16(double value) {
    if (Double.isNaN(value)) {
      return (short) 0x7fc0;
    }
    int bits = Float.floatToRawIntBits(roundToOdd(value));
    int nearestEven = bits + 0x7fff + ((bits >>> 16) & 1);
    return (short) (nearestEven >>> 16);
  }

  /** The nearest binary16; NaN stays NaN, values beyond the range become infinite. */
  public static short toFloat16(double value) {
    return Float.floatToFloat16(roundToOdd(value));
  }

  /**
   * Rounds towards zero and sets the last bit if anything was lost, so that a second rounding to at most 22 bits gives what one
   * rounding would have given (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using
   * rounding to odd", 2008).
   */
  private static float roundToOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    if (Math.abs((double) nearest) > Math.abs(value)) {
      bits--;
    }
    return Float.intBitsToFloat(bits | 1);
  }
}
