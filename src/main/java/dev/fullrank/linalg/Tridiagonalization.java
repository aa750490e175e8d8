package dev.fullrank.linalg;

import java.util.Arrays;

/**
 * Householder reduction of a symmetric matrix to tridiagonal form, A = Q·T·Qᵀ, on the upper triangle of row-major storage.
 *
 * <p>Panels of {@code panel} reflectors: within a panel the rows below are read but not written, each product with them is
 * corrected for the reflectors of the panel so far, and at its end they get all corrections at once while they are in cache
 * (J. Dongarra, D. Sorensen, S. Hammarling, "Block reduction of matrices to condensed forms", J. Comput. Appl. Math. 27, 1989).
 * Every inner loop runs along a row.
 */
final class Tridiagonalization {
  /** Vectors that one reflector is applied to while it is in cache: 16 of 512 entries are 64 KiB. */
  private static final int VECTOR_GROUP = 16;

  private final ColumnOps ops;
  private final int panel;
  private double[] tau = {};
  private double[] w = {};

  Tridiagonalization(ColumnOps ops, int panel) {
    this.ops = ops;
    this.panel = panel;
  }

  /**
   * Reduces a; reflector j is left in row j from column j+1 on, with its first entry 1 written out.
   *
   * @param d the diagonal of T
   * @param e e[i] = t_{i,i+1} for i &lt; k − 1, and e[k−1] = 0
   */
  void reduce(double[] a, int k, double[] d, double[] e) {
    if (tau.length < k) {
      tau = new double[k];
      w = new double[panel * k];
    }
    for (int start = 0; start < k; start += panel) {
      int end = Math.min(start + panel, k);
      for (int j = start; j < end; j++) {
        for (int p = start; p < j; p++) {
          subtractPair(a, k, start, p, j);
        }
        d[j] = a[j * k + j];
        e[j] = j + 1 < k ? reflector(a, k, j) : 0;
        if (j + 1 < k) {
          product(a, k, start, j);
        }
      }
      for (int i = end; i < k; i++) {
        for (int p = start; p < end; p++) {
          subtractPair(a, k, start, p, i);
        }
      }
    }
  }

  /** Each row z of the k×k array becomes (Q·zᵀ)ᵀ. */
  void applyQ(double[] a, int k, double[] z) {
    for (int first = 0; first < k; first += VECTOR_GROUP) {
      int end = Math.min(first + VECTOR_GROUP, k);
      for (int j = k - 2; j >= 0; j--) {
        int v = j * k + j + 1;
        int length = k - j - 1;
        for (int i = first; i < end; i++) {
          int zo = i * k + j + 1;
          ops.axpy(-tau[j] * ops.dot(a, v, z, zo, length), a, v, z, zo, length);
        }
      }
    }
  }

  /** Row i, from the diagonal on, of A := A − v_p·w_pᵀ − w_p·v_pᵀ. */
  private void subtractPair(double[] a, int k, int start, int p, int i) {
    int length = k - i;
    int wp = (p - start) * k;
    double vi = a[p * k + i];
    double wi = w[wp + i];
    ops.axpy(-vi, w, wp + i, a, i * k + i, length);
    ops.axpy(-wi, a, p * k + i, a, i * k + i, length);
  }

  private double reflector(double[] a, int k, int j) {
    int v = j * k + j + 1;
    int length = k - j - 1;
    double norm = ColumnNorm.of(ops, a, v, length);
    if (norm < PivotedQr.NEGLIGIBLE) {
      tau[j] = 0;
      a[v] = 1;
      return 0;
    }
    tau[j] = Householder.generate(ops, a, v, length, norm);
    double beta = a[v];
    a[v] = 1;
    return beta;
  }

  /** w_j := τ·A_j·v − ½τ²(vᵀA_j·v)·v, where A_j is the remaining matrix with the corrections of this panel applied. */
  private void product(double[] a, int k, int start, int j) {
    int wj = (j - start) * k;
    Arrays.fill(w, wj, wj + k, 0);
    if (tau[j] == 0) {
      return;
    }
    int v = j * k;
    int first = j + 1;
    int length = k - first;
    for (int i = first; i < k; i++) {
      int row = i * k;
      w[wj + i] += ops.dot(a, row + i, a, v + i, k - i);
      ops.axpy(a[v + i], a, row + i + 1, w, wj + i + 1, k - i - 1);
    }
    for (int p = start; p < j; p++) {
      int vp = p * k + first;
      int wp = (p - start) * k + first;
      double wv = ops.dot(w, wp, a, v + first, length);
      double vv = ops.dot(a, vp, a, v + first, length);
      ops.axpy(-wv, a, vp, w, wj + first, length);
      ops.axpy(-vv, w, wp, w, wj + first, length);
    }
    ops.scale(tau[j], w, wj + first, length);
    double half = 0.5 * tau[j] * ops.dot(w, wj + first, a, v + first, length);
    ops.axpy(-half, a, v + first, w, wj + first, length);
  }
}
