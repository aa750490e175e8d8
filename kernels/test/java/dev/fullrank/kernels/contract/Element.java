package dev.fullrank.kernels.contract;

import dev.fullrank.Narrowing;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** The types of elements that kernels are made for. An element is held as its bits, in the lower part of a long. */
enum Element {
  F64(Double.BYTES, Double.PRECISION, Double.MAX_EXPONENT),
  F32(Float.BYTES, Float.PRECISION, Float.MAX_EXPONENT),
  F16(Short.BYTES, 11, 15),
  BF16(Short.BYTES, 8, 127);

  /** The types of data and results. */
  static final List<Element> ALL = List.of(values());

  /** The types that are computed in. */
  static final List<Element> COMPUTED = List.of(F64, F32);

  private final int bytes;
  private final int precision;
  private final int maxExponent;
  private final BigDecimal overflow;

  Element(int bytes, int precision, int maxExponent) {
    this.bytes = bytes;
    this.precision = precision;
    this.maxExponent = maxExponent;
    // half an ulp beyond the largest number
    this.overflow = Exact.powerOfTwo(maxExponent + 1).subtract(Exact.powerOfTwo(maxExponent - precision));
  }

  /** The end of a kernel's name. */
  String suffix() {
    return "_" + toString();
  }

  int bytes() {
    return bytes;
  }

  /** Half an ulp, relative: the u of the contracts for doubles, their u_O for results of type O. */
  double roundoff() {
    return Math.scalb(1.0, -precision);
  }

  /** The exponent of the largest numbers. */
  int maxExponent() {
    return maxExponent;
  }

  /** The exponent of the smallest normal numbers. */
  int minExponent() {
    return 1 - maxExponent;
  }

  /** The largest number. */
  double largest() {
    return Math.scalb(2 - 2 * roundoff(), maxExponent);
  }

  /** The smallest number above 0. */
  double leastSubnormal() {
    return Math.scalb(1.0, minExponent() + 1 - precision);
  }

  /** Magnitudes from here on round to infinity. */
  BigDecimal overflow() {
    return overflow;
  }

  /** The exact value of an element. */
  double widen(long bits) {
    return switch (this) {
      case F64 -> Double.longBitsToDouble(bits);
      case F32 -> Float.intBitsToFloat((int) bits);
      case F16 -> Float.float16ToFloat((short) bits);
      case BF16 -> Narrowing.bfloat16ToDouble((short) bits);
    };
  }

  /** The nearest element. */
  long narrow(double value) {
    return switch (this) {
      case F64 -> Double.doubleToRawLongBits(value);
      case F32 -> Integer.toUnsignedLong(Float.floatToRawIntBits((float) value));
      case F16 -> Short.toUnsignedLong(Narrowing.toFloat16(value));
      case BF16 -> Short.toUnsignedLong(Narrowing.toBfloat16(value));
    };
  }

  /** The nearest number of this type. */
  double round(double value) {
    return widen(narrow(value));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
