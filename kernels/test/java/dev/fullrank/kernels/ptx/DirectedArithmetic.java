package dev.fullrank.kernels.ptx;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Sums and products that are not rounded to nearest: exact at first, then rounded once. Slow, and rare in kernels. */
final class DirectedArithmetic {
  private final Rounding rounding;
  private final boolean single;

  /**
   * Arithmetic of one format.
   *
   * @param single whether results are floats, else doubles
   */
  DirectedArithmetic(Rounding rounding, boolean single) {
    this.rounding = rounding;
    this.single = single;
  }

  double sum(double a, double b) {
    return fused(a, 1, b);
  }

  double product(double a, double b) {
    boolean special = a == 0 || b == 0 || !Double.isFinite(a) || !Double.isFinite(b);
    return special ? a * b : round(new BigDecimal(a).multiply(new BigDecimal(b)));
  }

  /** a·b + c. */
  double fused(double a, double b, double c) {
    double nearest = Math.fma(a, b, c);
    if (!Double.isFinite(a) || !Double.isFinite(b) || !Double.isFinite(c)) {
      return nearest;
    }
    BigDecimal exact = new BigDecimal(a).multiply(new BigDecimal(b)).add(new BigDecimal(c));
    if (exact.signum() != 0) {
      return round(exact);
    }
    // An exact zero is +0, but -0 when rounding down, unless both terms were zeros of the same sign.
    boolean bothPositive = isPositiveZero(c) && isPositiveZero(a * b);
    return rounding == Rounding.DOWN && !bothPositive ? -0.0 : nearest;
  }

  /** The number of the format that a number is rounded to. */
  double round(BigDecimal exact) {
    int sign = exact.signum();
    double nearest = Math.copySign(single ? exact.floatValue() : exact.doubleValue(), sign);
    int error = Double.isInfinite(nearest) ? sign : new BigDecimal(nearest).compareTo(exact);
    if (error > 0 && rounding.lowers(sign)) {
      return single ? Math.nextDown((float) nearest) : Math.nextDown(nearest);
    }
    if (error < 0 && rounding.raises(sign)) {
      return single ? Math.nextUp((float) nearest) : Math.nextUp(nearest);
    }
    return nearest;
  }

  /** An integer of 64 bits as a number. */
  static BigDecimal exact(long value, boolean signed) {
    BigInteger integer = BigInteger.valueOf(value);
    return new BigDecimal(signed || value >= 0 ? integer : integer.add(BigInteger.TWO.pow(Long.SIZE)));
  }

  private static boolean isPositiveZero(double number) {
    return Double.doubleToRawLongBits(number) == 0;
  }
}
