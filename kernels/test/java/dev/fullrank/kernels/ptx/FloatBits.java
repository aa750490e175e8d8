package dev.fullrank.kernels.ptx;

/** Between numbers and their bits in registers. */
final class FloatBits {
  /** The NaN that every operation on floats gives. */
  private static final long SINGLE_NAN = 0x7fffffff;

  private FloatBits() {}

  /** The number that the bits stand for; every float is a double. */
  static double value(Type type, long bits) {
    return switch (type) {
      case F16 -> Half.value(bits);
      case F32 -> Float.intBitsToFloat((int) bits);
      default -> Double.longBitsToDouble(bits);
    };
  }

  /** The bits of the number that a double is rounded to, once. */
  static long of(Type type, double number, Rounding rounding) {
    return switch (type) {
      case F16 -> Half.of(number, rounding);
      case F32 -> Double.isNaN(number) ? SINGLE_NAN : Type.F32.narrow(Float.floatToRawIntBits(rounding.toSingle(number)));
      default -> Double.doubleToRawLongBits(number);
    };
  }
}
