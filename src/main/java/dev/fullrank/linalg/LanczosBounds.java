package dev.fullrank.linalg;

/**
 * Estimates of both ends of the spectrum of a symmetric matrix A by a few steps of Lanczos from a Gaussian vector, as {@link RitzValues}
 * have them. Those lie inside of the spectrum, so that their quotient is a lower bound of the condition number; moved outwards they nearly
 * always lie outside.
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
  private final RitzValues ritz = new RitzValues(STEPS);
  private final double[] alpha = new double[STEPS];
  private final double[] beta = new double[STEPS];
  private double[] start = {};
  private double[] current = {};
  private double[] previous = {};
  private double[] image = {};

  LanczosBounds(DenseOps<S> ops) {
    this.ops = ops;
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
        ritz.find(alpha, beta, j + 1);
        if (!(ritz.least() > 0 && ritz.most() <= wanted * ritz.least())) {
          return false;
        }
        if (beta[j] == 0) {
          steps = j + 1;
        }
      }
    }
    return true;
  }

  /** Near the smallest eigenvalue, or not positive if nothing is known of it. */
  double least() {
    return ritz.below();
  }

  /** Near the largest eigenvalue. */
  double most() {
    return ritz.above();
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

  private static double dot(double[] x, double[] y, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
