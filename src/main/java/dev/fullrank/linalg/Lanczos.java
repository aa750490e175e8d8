package dev.fullrank.linalg;

import java.util.Arrays;

/**
 * The largest eigenvalue of a symmetric positive definite operator, estimated from below by a few Lanczos steps (C. Lanczos, 1950;
 * Golub and Van Loan, "Matrix Computations", section 10.1) from a fixed Gaussian vector: the same bits on every run. For G⁻¹ this
 * estimates the smallest eigenvalue of G from above.
 *
 * <p>An estimate that is short of the truth by a factor θ is missed with a small probability only (J. Kuczyński and
 * H. Woźniakowski, "Estimating the largest eigenvalue by the power and Lanczos algorithms with a random start", SIAM J. Matrix
 * Anal. Appl. 13, 1992). No proof is needed where it is used: it steers an iteration whose result is certified.
 *
 * <p>A workspace: one thread at a time.
 */
final class Lanczos {
  /** y := A·x on arrays that may be longer than the order; x may be overwritten. */
  interface Operator {
    void apply(double[] x, double[] y);
  }

  /** Six products reach nine tenths of the largest eigenvalue on dense spectra, and all of it where one stands out. */
  private static final int STEPS = 6;

  private static final int SEED = 0;

  /** QL takes two steps an eigenvalue; LAPACK gives up at thirty. */
  private static final int QL_ITERATIONS = 30;

  private final TridiagonalQl ql;
  private final double[] diagonal = new double[STEPS];
  private final double[] offDiagonal = new double[STEPS];
  private double[] start = {};
  private double[] previous = {};
  private double[] current = {};
  private double[] input = {};
  private double[] image = {};

  Lanczos(ColumnOps ops) {
    this.ql = new TridiagonalQl(ops, 1, QL_ITERATIONS);
  }

  /** The largest Ritz value after at most six steps; NaN if a number on the way is. */
  double largest(int m, Operator a) {
    reserve(m);
    Arrays.fill(previous, 0, m, 0);
    scale(start, 1 / norm(start, m), current, m);
    double beta = 0;
    int steps = 0;
    while (steps < Math.min(STEPS, m)) {
      System.arraycopy(current, 0, input, 0, m);
      a.apply(input, image);
      double alpha = 0;
      for (int i = 0; i < m; i++) {
        image[i] -= beta * previous[i];
        alpha += image[i] * current[i];
      }
      for (int i = 0; i < m; i++) {
        image[i] -= alpha * current[i];
      }
      beta = norm(image, m);
      diagonal[steps] = alpha;
      offDiagonal[steps] = beta;
      steps++;
      if (!(beta > alpha * Math.ulp(1.0))) {
        break;
      }
      double[] oldest = previous;
      previous = current;
      current = oldest;
      scale(image, 1 / beta, current, m);
    }
    ql.run(diagonal, offDiagonal, steps);
    double largest = diagonal[0];
    for (int i = 1; i < steps; i++) {
      largest = Math.max(largest, diagonal[i]);
    }
    return largest;
  }

  private void reserve(int m) {
    if (start.length >= m) {
      return;
    }
    start = GaussianVectors.of(m, SEED);
    previous = new double[m];
    current = new double[m];
    input = new double[m];
    image = new double[m];
  }

  private static double norm(double[] x, int m) {
    double sum = 0;
    for (int i = 0; i < m; i++) {
      sum += x[i] * x[i];
    }
    return Math.sqrt(sum);
  }

  private static void scale(double[] x, double factor, double[] y, int m) {
    for (int i = 0; i < m; i++) {
      y[i] = factor * x[i];
    }
  }
}
