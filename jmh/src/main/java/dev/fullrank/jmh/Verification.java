package dev.fullrank.jmh;

import dev.fullrank.Matrix;

/** Comparisons that stop a benchmark whose result is wrong: a fast wrong answer must not be timed. */
final class Verification {
  /**
   * Five times what the library promises for a gradient of float data, 2⁻¹⁸ ≈ 4e-6; an omitted factor 1/k, a transposed
   * operand or an unbiased variance taken for a biased one are off by 1e-3 and more at the sizes measured.
   */
  static final double TOLERANCE = 2e-5;

  private Verification() {}

  /** Refuses a number that is not close to the expected one; a NaN is close to nothing. */
  static void close(String what, double actual, double expected, double scale, double tolerance) {
    if (!(Math.abs(actual - expected) <= tolerance * scale)) {
      throw new IllegalStateException(what + " is " + actual + ", expected " + expected);
    }
  }

  /** Refuses a gradient whose Frobenius distance from the expected one is not small against that one's norm. */
  static void close(String what, Matrix actual, double[] expected) {
    double distance = 0;
    double size = 0;
    for (int i = 0; i < actual.rows(); i++) {
      for (int j = 0; j < actual.columns(); j++) {
        double e = expected[i * actual.columns() + j];
        double error = actual.get(i, j) - e;
        distance += error * error;
        size += e * e;
      }
    }
    close(what + ": relative error", Math.sqrt(distance), 0, Math.sqrt(size), TOLERANCE + actual.type().epsilon());
  }
}
