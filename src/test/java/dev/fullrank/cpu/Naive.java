package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import java.util.SplittableRandom;

/** The textbook loops that the operations are compared with. */
final class Naive {
  private Naive() {}

  static double[] random(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextDouble() * 2 - 1;
    }
    return x;
  }

  static double[] randomSymmetric(int m, long seed) {
    double[] a = random(m * m, seed);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < i; j++) {
        a[i * m + j] = a[j * m + i];
      }
    }
    return a;
  }

  /** A·B, m×n, for A m×k. */
  static double[] product(double[] a, double[] b, int m, int k, int n) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int q = 0; q < k; q++) {
        double factor = a[i * k + q];
        for (int j = 0; j < n; j++) {
          c[i * n + j] += factor * b[q * n + j];
        }
      }
    }
    return c;
  }

  static double[] transposed(double[] a, int rows, int columns) {
    double[] t = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        t[j * rows + i] = a[i * columns + j];
      }
    }
    return t;
  }

  static double[] absolute(double[] a) {
    double[] absolute = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      absolute[i] = Math.abs(a[i]);
    }
    return absolute;
  }

  /** Y as a dense row-major array. */
  static double[] dense(Operand y) {
    double[] dense = new double[y.rows() * y.columns()];
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        dense[i * y.columns() + j] = y.get(i, j);
      }
    }
    return dense;
  }

  static double[] dense(Matrix x) {
    return dense(new Operand().set(x, null, null));
  }

  /**
   * The largest |got − expected| / (terms·2⁻⁵²·magnitude): at most 1, by theorem, for two sums of so many terms in any order,
   * where the magnitude is the sum of the absolute values. Infinite if anything is NaN.
   */
  static double ratio(double[] got, double[] expected, double[] magnitude, int terms) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(got[i] - expected[i]);
      double ratio = error == 0 ? 0 : error / (terms * 0x1p-52 * magnitude[i]);
      worst = Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : Math.max(worst, ratio);
    }
    return worst;
  }
}
