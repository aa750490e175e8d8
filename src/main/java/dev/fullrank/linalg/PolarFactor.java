package dev.fullrank.linalg;

import java.util.Arrays;

/** The k×k product J·Wᵀ·Πᵀ in the first rows of an n×k matrix, for {@link JacobiSvd}. */
final class PolarFactor {
  private final ColumnOps ops;
  private double[] basis = {};
  private double[] tau = {};

  PolarFactor(ColumnOps ops) {
    this.ops = ops;
  }

  /** q := [J_r·W_rᵀ·Πᵀ; 0], and with the null pairs added if {@code complete}. */
  void multiply(JacobiRotations svd, PivotedQr qr, int r, boolean complete, double[] q, int n, int k) {
    if (complete && r < k) {
      completeBasis(svd, r, k);
    }
    for (int c = 0; c < k; c++) {
      int column = qr.pivot(c) * n;
      Arrays.fill(q, column, column + n, 0);
      for (int i = 0; i < r; i++) {
        ops.axpy(svd.columns()[svd.right(i) + c], svd.columns(), svd.left(i), q, column, k);
      }
      if (complete) {
        for (int i = r; i < k; i++) {
          ops.axpy(basis[i * k + c], svd.columns(), svd.left(i), q, column, k);
        }
      }
    }
  }

  /**
   * Columns r to k of the orthogonal factor of a Householder QR of W_r: orthonormal, and orthogonal to W_r, by construction;
   * they depend on W_r alone.
   */
  private void completeBasis(JacobiRotations svd, int r, int k) {
    if (tau.length < k) {
      basis = new double[k * k];
      tau = new double[k];
    }
    for (int i = 0; i < r; i++) {
      System.arraycopy(svd.columns(), svd.right(i), basis, i * k, k);
    }
    for (int j = 0; j < r; j++) {
      int v = j * k + j;
      tau[j] = Householder.generate(ops, basis, v, k - j, ColumnNorm.of(ops, basis, v, k - j));
      for (int c = j + 1; c < r; c++) {
        Householder.apply(ops, tau[j], basis, v, basis, c * k + j, k - j);
      }
    }
    for (int i = r; i < k; i++) {
      Arrays.fill(basis, i * k, i * k + k, 0);
      basis[i * k + i] = 1;
      for (int j = r - 1; j >= 0; j--) {
        Householder.apply(ops, tau[j], basis, j * k + j, basis, i * k + j, k - j);
      }
    }
  }
}
