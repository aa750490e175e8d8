package dev.fullrank.jmh.bench;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How far a result is from the reference.
 *
 * @param value relative error of s_μ or of the hinge; of a product P the error ‖Px − A(Bx)‖/‖A(Bx)‖ on random vectors x
 * @param gradient ‖G − G_ref‖_F/‖G_ref‖_F, or NaN where there is no gradient
 */
record Accuracy(double value, double gradient) {
  /** The chance that a wrong product agrees on even one random vector is nil; three are for the average. */
  private static final int PROBES = 3;

  static Accuracy of(Problem problem, Task task, @Nullable Reference reference) {
    if (reference == null) {
      return problem.operation() == Operation.COPY
          ? new Accuracy(0, Double.NaN)
          : new Accuracy(productError(problem, task.result()), Double.NaN);
    }
    double value = Math.abs(task.value() - reference.value()) / Math.abs(reference.value());
    return new Accuracy(value, problem.wantsGradient() ? distance(task.result(), reference.gradient()) : Double.NaN);
  }

  /** ‖x − y‖/‖y‖. */
  static double distance(double[] x, double[] y) {
    if (x.length != y.length) {
      return Double.POSITIVE_INFINITY;
    }
    double error = 0;
    double size = 0;
    for (int i = 0; i < y.length; i++) {
      error += (x[i] - y[i]) * (x[i] - y[i]);
      size += y[i] * y[i];
    }
    return Math.sqrt(error / size);
  }

  private static double productError(Problem problem, double[] product) {
    int b = problem.b();
    int d = problem.d();
    int k = problem.order();
    boolean wide = b <= d;
    double[] e = Inputs.embeddings(problem);
    double[] m = problem.operation() == Operation.GEMM ? Inputs.symmetric(problem) : new double[0];
    RandomGenerator random = Inputs.random(3);
    double worst = 0;
    for (int probe = 0; probe < PROBES; probe++) {
      double[] actual;
      double[] expected;
      if (problem.operation() == Operation.GEMM) {
        double[] x = gaussian(random, d);
        expected = wide ? multiply(m, k, k, multiply(e, b, d, x)) : multiply(e, b, d, multiply(m, k, k, x));
        actual = multiply(product, b, d, x);
      } else {
        double[] x = gaussian(random, k);
        expected = wide
            ? multiply(e, b, d, multiplyTransposed(e, b, d, x))
            : multiplyTransposed(e, b, d, multiply(e, b, d, x));
        actual = multiply(product, k, k, x);
      }
      worst = Math.max(worst, distance(actual, expected));
    }
    return worst;
  }

  private static double[] gaussian(RandomGenerator random, int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }

  private static double[] multiply(double[] a, int rows, int columns, double[] x) {
    double[] out = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[i] += a[i * columns + j] * x[j];
      }
    }
    return out;
  }

  private static double[] multiplyTransposed(double[] a, int rows, int columns, double[] x) {
    double[] out = new double[columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[j] += a[i * columns + j] * x[i];
      }
    }
    return out;
  }

  /**
   * Whether this is the same answer within the precision of the type. A wrong formula (a factor 1/k, a transposed operand) is off
   * by 1e-2 and more, while the rounding of a backward stable SVD moves U·Vᵀ by κ·ε: for float up to 1e-2 at the condition
   * numbers here, which is why agreement is one question and the accuracy in the table another.
   */
  boolean agrees(boolean isFloat) {
    return agrees(isFloat, isFloat ? 1e-4 : 1e-10);
  }

  /** The same, for a contender whose values are known to be off by more. */
  boolean agrees(boolean isFloat, double valueLimit) {
    double gradientLimit = isFloat ? 2e-2 : 1e-8;
    return value <= valueLimit && (Double.isNaN(gradient) || gradient <= gradientLimit);
  }
}
