package dev.fullrank.linalg;

/**
 * Estimates of both ends of the spectrum of a symmetric matrix A by a few steps of Lanczos from a Gaussian vector: the extreme Ritz values
 * θ, moved outwards by the norm of their residuals β·|s|, with s the last entry of the eigenvector of the tridiagonal matrix
 * (Y. Zhou and R. Li, "Bounding the spectrum of large Hermitian matrices", Linear Algebra Appl. 435, 2011). Ritz values lie inside of the
 * spectrum, so that their quotient is a lower bound of the condition number; the moved ones nearly always lie outside, which is no proof.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class LanczosBounds<S> {
  /** On the spectra of Gaussian matrices b×4b and b×8b the ends are met to a tenth of their size then. */
  private static final int STEPS = 12;

  /** A spectrum that is too wide mostly shows after the first so many steps, or the second. */
  private static final int LOOK = 3;

  private static final int SEED = 2;

  private final DenseOps<S> ops;
  private final TridiagonalQl ql;
  private final double[] alpha = new double[STEPS];
  private final double[] beta = new double[STEPS];
  private final double[] values = new double[STEPS];
  private final double[] work = new double[STEPS];
  private double[] start = {};
  private double[] current = {};
  private double[] previous = {};
  private double[] image = {};
  private double least;
  private double most;

  LanczosBounds(DenseOps<S> ops, ColumnOps columnOps) {
    this.ops = ops;
    this.ql = new TridiagonalQl(columnOps, 1, SymmetricEigen.Settings.DEFAULT.maxIterations());
  }

  /**
   * Estimates the ends.
   *
   * @param wanted the largest condition number of interest
   * @return false if that of A is larger, or A not positive definite, which is certain but for rounding
   */
  boolean estimate(S a, double wanted) {
    int k = ops.order();
    if (start.length < k) {
      start = GaussianVectors.of(k, SEED);
      current = new double[k];
      previous = new double[k];
      image = new double[k];
    }
    double norm = Math.sqrt(dot(start, start, k));
    for (int i = 0; i < k; i++) {
      current[i] = start[i] / norm;
      previous[i] = 0;
    }
    int steps = Math.min(STEPS, k);
    for (int j = 0; j < steps; j++) {
      step(a, j, k);
      if ((j + 1) % LOOK == 0 || j + 1 == steps || beta[j] == 0) {
        ritz(j + 1);
        if (!(least > 0 && most <= wanted * least)) {
          return false;
        }
        if (beta[j] == 0) {
          steps = j + 1;
        }
      }
    }
    double low = least;
    least -= beta[steps - 1] * lastEntry(low, steps);
    most += beta[steps - 1] * lastEntry(most, steps);
    return true;
  }

  /** Near the smallest eigenvalue, or not positive if nothing is known of it. */
  double least() {
    return least;
  }

  /** Near the largest eigenvalue. */
  double most() {
    return most;
  }

  private void step(S a, int j, int k) {
    ops.multiply(a, 1, current, image);
    double last = j > 0 ? beta[j - 1] : 0;
    alpha[j] = dot(current, image, k);
    for (int i = 0; i < k; i++) {
      image[i] -= alpha[j] * current[i] + last * previous[i];
    }
    beta[j] = Math.sqrt(dot(image, image, k));
    double[] free = previous;
    previous = current;
    current = free;
    for (int i = 0; i < k && beta[j] > 0; i++) {
      current[i] = image[i] / beta[j];
    }
  }

  private void ritz(int steps) {
    System.arraycopy(alpha, 0, values, 0, steps);
    System.arraycopy(beta, 0, work, 0, steps);
    work[steps - 1] = 0;
    ql.run(values, work, steps);
    least = values[0];
    most = values[0];
    for (int i = 1; i < steps; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
  }

  /** |s| of the eigenvector of an extreme eigenvalue θ: all terms of its recurrence have one sign. */
  private double lastEntry(double theta, int steps) {
    double before = 0;
    double entry = 1;
    double squares = 1;
    for (int i = 0; i + 1 < steps; i++) {
      double next = ((theta - alpha[i]) * entry - (i > 0 ? beta[i - 1] * before : 0)) / beta[i];
      before = entry;
      entry = next;
      squares += entry * entry;
    }
    return Math.abs(entry) / Math.sqrt(squares);
  }

  private static double dot(double[] x, double[] y, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
