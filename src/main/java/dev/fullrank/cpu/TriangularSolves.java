package dev.fullrank.cpu;

/**
 * x := U⁻¹U⁻ᵀx for upper triangular U, row-major: m² multiply-adds that read U twice, from the first row to the last and back.
 *
 * <p>Rows are taken in blocks. Those below, or the products with what is right of the block, are vector operations; what is left
 * to single numbers is a triangle for each block.
 */
final class TriangularSolves {
  /** Eight rows of U are eight streams, within what hardware prefetches; the triangles are 9·m of m² multiply-adds. */
  private static final int BLOCK = 8;

  private TriangularSolves() {}

  /** Solves with Uᵀ, then with U, m×m. */
  static void solve(Kernels kernels, double[] u, double[] x, int m) {
    for (int first = 0; first < m; first += BLOCK) {
      forward(kernels, u, x, m, first, Math.min(first + BLOCK, m));
    }
    for (int first = (m - 1) / BLOCK * BLOCK; first >= 0; first -= BLOCK) {
      backward(kernels, u, x, m, first, Math.min(first + BLOCK, m));
    }
  }

  private static void forward(Kernels kernels, double[] u, double[] x, int m, int first, int end) {
    for (int p = first; p < end; p++) {
      double sum = x[p];
      for (int q = first; q < p; q++) {
        sum -= u[q * m + p] * x[q];
      }
      x[p] = sum / u[p * m + p];
    }
    kernels.subtractRows(end - first, x, first, 1, u, first * m + end, m, x, end, m - end);
  }

  private static void backward(Kernels kernels, double[] u, double[] x, int m, int first, int end) {
    for (int p = first; p < end; p++) {
      x[p] -= kernels.dot(u, p * m + end, x, end, m - end);
    }
    for (int p = end - 1; p >= first; p--) {
      double sum = x[p];
      for (int q = p + 1; q < end; q++) {
        sum -= u[p * m + q] * x[q];
      }
      x[p] = sum / u[p * m + p];
    }
  }
}
