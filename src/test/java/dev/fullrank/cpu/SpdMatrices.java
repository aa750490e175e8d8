package dev.fullrank.cpu;

/** Positive definite matrices of known kinds of ill condition. */
final class SpdMatrices {
  private SpdMatrices() {}

  /** H·diag(1 … 1/κ, geometric)·H with the reflection H = I − 2vvᵀ/vᵀv of a random v. */
  static double[] withCondition(int m, double condition, long seed) {
    double[] v = Naive.random(m, seed);
    double norm = 0;
    for (double x : v) {
      norm += x * x;
    }
    double[] h = new double[m * m];
    double[] scaled = new double[m * m];
    for (int i = 0; i < m; i++) {
      double value = m == 1 ? 1 : Math.pow(condition, -(double) i / (m - 1));
      for (int j = 0; j < m; j++) {
        h[i * m + j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / norm;
        scaled[i * m + j] = value * h[i * m + j];
      }
    }
    double[] a = Naive.product(h, scaled, m, m, m);
    for (int i = 0; i < m * m; i++) {
      a[i] = i % m < i / m ? a[i % m * m + i / m] : a[i];
    }
    return a;
  }

  /** D·A·D with a well-conditioned A and d_i² from 1 to 1/κ, geometric. */
  static double[] graded(int m, double condition) {
    double[] a = withCondition(m, 10, m);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        a[i * m + j] *= Math.pow(condition, -0.5 * (i + j) / (m - 1));
      }
    }
    return a;
  }

  /** KᵀK of Kahan's matrix K = diag(1, s, s², …)·(I − c·N), N strictly upper triangular ones, at an angle of 1.2. */
  static double[] kahan(int m) {
    double c = Math.cos(1.2);
    double s = Math.sin(1.2);
    double[] k = new double[m * m];
    for (int i = 0; i < m; i++) {
      for (int j = i; j < m; j++) {
        k[i * m + j] = Math.pow(s, i) * (i == j ? 1 : -c);
      }
    }
    return Naive.product(Naive.transposed(k, m, m), k, m, m, m);
  }
}
