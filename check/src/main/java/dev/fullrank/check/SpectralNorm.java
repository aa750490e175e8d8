package dev.fullrank.check;

/**
 * ‖A‖₂ from the largest eigenvalue of the Gram matrix along the short side: Householder reduction to tridiagonal form, then
 * bisection on Sturm counts (Golub and Van Loan, "Matrix Computations", 4th ed., §8.3.1 and §8.4.1). Unlike power iteration it
 * cannot stop at too small a value, so a certificate made from it holds. Accurate to a few k·2^-52 relative.
 */
final class SpectralNorm {
  private SpectralNorm() {}

  /** ‖A‖₂ of a row-major matrix whose entries are far from overflow and underflow, or zero. */
  static double of(double[] a, int rows, int columns) {
    int k = Math.min(rows, columns);
    double[][] gram = gram(a, rows, columns);
    double[] diagonal = new double[k];
    double[] squaredOff = new double[k];
    tridiagonalize(gram, diagonal, squaredOff);
    return Math.sqrt(Math.max(0, largestEigenvalue(diagonal, squaredOff)));
  }

  private static double[][] gram(double[] a, int rows, int columns) {
    boolean tall = rows > columns;
    int k = Math.min(rows, columns);
    double[][] g = new double[k][k];
    if (tall) {
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < k; i++) {
          double factor = a[r * columns + i];
          for (int j = 0; j <= i; j++) {
            g[i][j] = Math.fma(factor, a[r * columns + j], g[i][j]);
          }
        }
      }
    } else {
      for (int i = 0; i < k; i++) {
        for (int j = 0; j <= i; j++) {
          g[i][j] = Compensated.dot(a, i * columns, a, j * columns, columns);
        }
      }
    }
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        g[j][i] = g[i][j];
      }
    }
    return g;
  }

  /** Reduces a symmetric matrix, from the last row upwards, to diagonal and squared off-diagonal; squaredOff[0] stays 0. */
  private static void tridiagonalize(double[][] a, double[] diagonal, double[] squaredOff) {
    for (int m = a.length - 1; m >= 1; m--) {
      diagonal[m] = a[m][m];
      double[] v = a[m];
      double tail = 0;
      for (int j = 0; j < m; j++) {
        tail = Math.fma(v[j], v[j], tail);
      }
      squaredOff[m] = tail;
      if (tail > 0) {
        double length = Math.sqrt(tail);
        double vLast = v[m - 1] + Math.copySign(length, v[m - 1]);
        double half = tail + length * Math.abs(v[m - 1]);
        v[m - 1] = vLast;
        reflect(a, v, m, half);
      }
    }
    diagonal[0] = a[0][0];
  }

  /** A := H·A·H on the leading m×m block, H = I − v·vᵀ/half. */
  private static void reflect(double[][] a, double[] v, int m, double half) {
    double[] w = new double[m];
    double vw = 0;
    for (int i = 0; i < m; i++) {
      double sum = 0;
      for (int j = 0; j < m; j++) {
        sum = Math.fma(a[i][j], v[j], sum);
      }
      w[i] = sum / half;
      vw = Math.fma(v[i], w[i], vw);
    }
    double shift = vw / (2 * half);
    for (int i = 0; i < m; i++) {
      w[i] -= shift * v[i];
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        a[i][j] -= v[i] * w[j] + w[i] * v[j];
      }
    }
  }

  private static double largestEigenvalue(double[] diagonal, double[] squaredOff) {
    int k = diagonal.length;
    double low = diagonal[0];
    double high = diagonal[0];
    for (int i = 0; i < k; i++) {
      double radius = Math.sqrt(squaredOff[i]) + (i + 1 < k ? Math.sqrt(squaredOff[i + 1]) : 0);
      low = Math.max(low, diagonal[i]);
      high = Math.max(high, diagonal[i] + radius);
    }
    while (true) {
      double middle = low + (high - low) / 2;
      if (!(middle > low && middle < high)) {
        return high;
      }
      if (allEigenvaluesBelow(middle, diagonal, squaredOff)) {
        high = middle;
      } else {
        low = middle;
      }
    }
  }

  /** Whether T − x·I has only negative pivots. */
  private static boolean allEigenvaluesBelow(double x, double[] diagonal, double[] squaredOff) {
    double pivot = diagonal[0] - x;
    for (int i = 1; i < diagonal.length && pivot < 0; i++) {
      pivot = diagonal[i] - x - squaredOff[i] / pivot;
    }
    return pivot < 0;
  }
}
