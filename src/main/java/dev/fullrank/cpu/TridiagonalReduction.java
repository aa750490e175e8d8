package dev.fullrank.cpu;

import dev.fullrank.linalg.Tridiagonal;

/**
 * Householder reduction of a symmetric matrix to tridiagonal form, A = Q·T·Qᵀ with Q = H_0·H_1 ··· H_{k−2}, H_j = I − τ_j·v_j·v_jᵀ.
 *
 * <p>In panels: while the reflectors of one are found, the rows below are read and not written, each product with them is corrected
 * for the reflectors of the panel so far, and at its end they get the panel as a product, −V·Wᵀ − W·Vᵀ (J. Dongarra, D. Sorensen,
 * S. Hammarling, "Block reduction of matrices to condensed forms", J. Comput. Appl. Math. 27, 1989). Half of the 4/3·k³ operations
 * are products with a vector, the other half run in the register tile.
 */
final class TridiagonalReduction {
  private final Workspace work;
  private final SymmetricTimesVector symmetric;
  private final TrailingUpdate trailing;

  private double[] a = {};
  private double[] v = {};
  private double[] w = {};
  private double[] coefficients = {};
  private int order;
  private int ld;
  private int end;

  TridiagonalReduction(Workspace work) {
    this.work = work;
    this.symmetric = new SymmetricTimesVector(work);
    this.trailing = new TrailingUpdate(work);
  }

  /**
   * Reduces A, of which the upper triangle is read. Reflector j is left in row j of a from column j + 1 on, its leading 1 written
   * out, and τ_j on the diagonal.
   */
  void reduce(double[] matrix, int k, Tridiagonal t) {
    a = matrix;
    order = k;
    t.resize(k);
    ld = Blocking.leadingDimension(k);
    int panel = work.blocking.reductionPanel();
    v = Scratch.atLeast(v, (long) panel * ld);
    w = Scratch.atLeast(w, (long) panel * ld);
    coefficients = Scratch.atLeast(coefficients, 2L * panel);
    for (int start = 0; start < k; start = end) {
      end = Math.min(start + work.blocking.reductionPanel(k - start), k);
      for (int j = start; j < end; j++) {
        column(start, j, t);
      }
      if (end < k) {
        updateTrailing(end - start);
      }
    }
  }

  private void column(int start, int j, Tridiagonal t) {
    Kernels kernels = work.kernels;
    int k = order;
    int p = j - start;
    int row = j * k + j;
    kernels.subtractRows(p, w, j, ld, v, j, ld, a, row, k - j);
    kernels.subtractRows(p, v, j, ld, w, j, ld, a, row, k - j);
    t.diagonal()[j] = a[row];
    t.offDiagonal()[j] = 0;
    if (j + 1 == k) {
      return;
    }
    int next = j + 1;
    int n = k - next;
    double tau = reflector(row + 1, n, t.offDiagonal(), j);
    a[row] = tau;
    int vj = p * ld + next;
    System.arraycopy(a, row + 1, v, vj, n);
    symmetric.multiply(a, k, next, k, v, vj, w, vj);
    for (int q = 0; q < p; q++) {
      coefficients[q] = kernels.dot(w, q * ld + next, v, vj, n);
      coefficients[p + q] = kernels.dot(v, q * ld + next, v, vj, n);
    }
    kernels.subtractRows(p, coefficients, 0, 1, v, next, ld, w, vj, n);
    kernels.subtractRows(p, coefficients, p, 1, w, next, ld, w, vj, n);
    kernels.scale(tau, w, vj, n);
    kernels.axpy(-0.5 * tau * kernels.dot(w, vj, v, vj, n), v, vj, w, vj, n);
  }

  /** Turns x into the reflector v, v_0 = 1, with H·x = β·e_0; β goes to e[j]. Returns τ, 0 where there is nothing to annihilate. */
  private double reflector(int x, int n, double[] e, int j) {
    double alpha = a[x];
    double squares = work.kernels.dot(a, x + 1, a, x + 1, n - 1);
    a[x] = 1;
    if (squares == 0) {
      e[j] = alpha;
      return 0;
    }
    double beta = -Math.copySign(Math.sqrt(alpha * alpha + squares), alpha);
    e[j] = beta;
    work.kernels.scale(1 / (alpha - beta), a, x + 1, n - 1);
    return (beta - alpha) / beta;
  }

  /** A := A − V·Wᵀ − W·Vᵀ in the rows below the panel, on and above the diagonal. */
  private void updateTrailing(int reflectors) {
    int n = order - end;
    int depth = 2 * reflectors;
    work.a.reserve(work.kernels.tileRows(), n, depth);
    work.b.reserve(work.kernels.tileColumns(), n, depth);
    int second = end - reflectors * ld;
    work.a.packColumns(v, end, ld, 0, n, 0, reflectors, -1);
    work.a.packColumns(w, second, ld, 0, n, reflectors, depth, -1);
    work.b.packColumns(w, end, ld, 0, n, 0, reflectors, 1);
    work.b.packColumns(v, second, ld, 0, n, reflectors, depth, 1);
    trailing.add(a, order, end, depth);
  }
}
