package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.IntFunction;

/** Arithmetic without rounding, or with so many digits that it does not show. */
final class Exact {
  /** Digits of quotients and roots: 2^-132 relative, where doubles have 2^-53. */
  static final MathContext DIGITS = new MathContext(40);

  private Exact() {}

  static BigDecimal of(double number) {
    return number == 0 ? BigDecimal.ZERO : new BigDecimal(number);
  }

  static BigDecimal powerOfTwo(int exponent) {
    return exponent >= 0 ? BigDecimal.TWO.pow(exponent) : BigDecimal.ONE.divide(BigDecimal.TWO.pow(-exponent));
  }

  static BigDecimal product(double a, double b) {
    return of(a).multiply(of(b));
  }

  static BigDecimal difference(double a, double b) {
    return of(a).subtract(of(b));
  }

  static BigDecimal square(BigDecimal a) {
    return a.multiply(a);
  }

  /** Σ term(i) for i &lt; n. */
  static BigDecimal sum(int n, IntFunction<BigDecimal> term) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < n; i++) {
      sum = sum.add(term.apply(i));
    }
    return sum;
  }

  static BigDecimal quotient(BigDecimal a, BigDecimal b) {
    return a.divide(b, DIGITS);
  }

  /** From the root of a double r by one step of Newton's, r + (a − r²)/(2r), which squares the relative error. */
  static BigDecimal root(BigDecimal a) {
    double near = a.doubleValue();
    if (near < Double.MIN_NORMAL || near > Double.MAX_VALUE) {
      return a.sqrt(DIGITS);
    }
    BigDecimal r = of(Math.sqrt(near));
    return r.add(quotient(a.subtract(square(r)), r.add(r)));
  }
}
