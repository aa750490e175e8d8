package dev.fullrank.kernels.contract;

import java.math.BigDecimal;

/** Compares results with what a contract says. */
final class Accuracy {
  private Accuracy() {}

  /**
   * Fails unless |actual − exact| ≤ permitted. An infinite number is right where an exact one that is off by so much may be beyond the
   * range of the type.
   */
  static void within(String what, Element type, double actual, BigDecimal exact, double permitted) {
    if (Double.isNaN(permitted) || permitted < 0) {
      throw new IllegalArgumentException(what + ": the permitted error is " + permitted);
    }
    boolean right;
    if (Double.isInfinite(actual)) {
      BigDecimal reach = exact.abs().add(Exact.of(permitted));
      right = reach.compareTo(type.overflow()) >= 0 && exact.signum() == (int) Math.signum(actual);
    } else {
      right = !Double.isNaN(actual) && Exact.of(actual).subtract(exact).abs().doubleValue() <= permitted;
    }
    if (!right) {
      String expected = " is " + actual + ", should be " + exact.round(Exact.DIGITS);
      throw new AssertionError(what + expected + ": " + inUnits(actual, exact, permitted));
    }
  }

  /** The same for doubles. */
  static void within(String what, double actual, BigDecimal exact, double permitted) {
    within(what, Element.F64, actual, exact, permitted);
  }

  /** The same with an error relative to the exact number. */
  static void relative(String what, double actual, BigDecimal exact, double permitted) {
    within(what, actual, exact, permitted * exact.abs().doubleValue());
  }

  /** Fails unless two numbers have the same bits, or both are NaN. */
  static void same(String what, double actual, double expected) {
    if (Double.compare(actual, expected) != 0) {
      throw new AssertionError(what + " is " + actual + ", should be exactly " + expected);
    }
  }

  /** Fails unless a condition holds. */
  static void holds(String what, boolean condition) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private static String inUnits(double actual, BigDecimal exact, double permitted) {
    if (Double.isNaN(actual) || Double.isInfinite(actual)) {
      return "not a number of this range";
    }
    double error = Exact.of(actual).subtract(exact).abs().doubleValue();
    return permitted == 0 ? "off by " + error + ", should be exact" : "off by " + error / permitted + " times what is permitted";
  }
}
