package dev.fullrank.linalg;

/**
 * Householder QR without pivoting, A = Q·R, of a column-major n×k matrix with n much larger than k, by blocks of rows: the first
 * block is factored, then each further block is annihilated against the triangle R (J. Demmel, L. Grigori, M. Hoemmen,
 * J. Langou, "Communication-optimal parallel and sequential QR and LU factorizations", SIAM J. Sci. Comput. 34(1), 2012, the flat
 * tree). A block stays in cache for all k reflectors, so the data are read from memory once, not k times; the reflectors
 * replace A, so nothing else of size n·k is needed.
 *
 * <p>A workspace: buffers grow and are kept, one thread at a time.
 */
final class TallQr {
  private final ColumnOps ops;
  private final int blockEntries;
  private double[] tau = {};
  private double[] r = {};

  /**
   * @param blockEntries entries of one block of rows; it should fit in the second-level cache
   */
  TallQr(ColumnOps ops, int blockEntries) {
    this.ops = ops;
    this.blockEntries = blockEntries;
  }

  /** Factors a (leading dimension n) into reflectors, and writes R with leading dimension k and zeros below its diagonal. */
  void factor(double[] a, int n, int k, double[] triangle) {
    int rows = blockRows(k);
    reserve(((n + rows - 1) / rows) * k, k * k);
    factorFirst(a, n, k, Math.min(rows, n));
    for (int start = rows, block = 1; start < n; start += rows, block++) {
      annihilate(a, n, k, start, Math.min(rows, n - start), block * k);
    }
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < k; j++) {
        triangle[c * k + j] = j <= c ? r[j * k + c] : 0;
      }
    }
  }

  /** c := Q·c for n×columns c with leading dimension n. */
  void applyQ(double[] a, int n, int k, double[] c, int columns) {
    int rows = blockRows(k);
    int block = (n + rows - 1) / rows - 1;
    for (; block > 0; block--) {
      int start = block * rows;
      int m = Math.min(rows, n - start);
      for (int col = 0; col < columns; col++) {
        int top = col * n;
        for (int j = k - 1; j >= 0; j--) {
          int v = j * n + start;
          double w = tau[block * k + j] * (c[top + j] + ops.dot(a, v, c, top + start, m));
          c[top + j] -= w;
          ops.axpy(-w, a, v, c, top + start, m);
        }
      }
    }
    int m = Math.min(rows, n);
    for (int col = 0; col < columns; col++) {
      for (int j = k - 1; j >= 0; j--) {
        Householder.apply(ops, tau[j], a, j * n + j, c, col * n + j, m - j);
      }
    }
  }

  /** At least k, so that the first block holds the triangle. */
  private int blockRows(int k) {
    return Math.max(k, blockEntries / k);
  }

  private void reserve(int reflectors, int entries) {
    if (tau.length < reflectors) {
      tau = new double[reflectors];
    }
    if (r.length < entries) {
      r = new double[entries];
    }
  }

  private void factorFirst(double[] a, int n, int k, int m) {
    for (int j = 0; j < k; j++) {
      int v = j * n + j;
      double norm = ColumnNorm.of(ops, a, v, m - j);
      tau[j] = norm < PivotedQr.NEGLIGIBLE ? 0 : Householder.generate(ops, a, v, m - j, norm);
      r[j * k + j] = a[v];
      for (int c = j + 1; c < k; c++) {
        if (tau[j] != 0) {
          Householder.apply(ops, tau[j], a, v, a, c * n + j, m - j);
        }
        r[j * k + c] = a[c * n + j];
      }
    }
  }

  /** Reflectors with v = (e_j, x): x in the block's column j, the one in row j of R. */
  private void annihilate(double[] a, int n, int k, int start, int m, int t) {
    for (int j = 0; j < k; j++) {
      int v = j * n + start;
      double alpha = r[j * k + j];
      double below = ColumnNorm.of(ops, a, v, m);
      double norm = Math.hypot(alpha, below);
      if (below == 0 || norm < PivotedQr.NEGLIGIBLE) {
        tau[t + j] = 0;
        continue;
      }
      double beta = -Math.copySign(norm, alpha);
      ops.scale(1 / (alpha - beta), a, v, m);
      tau[t + j] = (beta - alpha) / beta;
      r[j * k + j] = beta;
      for (int c = j + 1; c < k; c++) {
        double w = tau[t + j] * (r[j * k + c] + ops.dot(a, v, a, c * n + start, m));
        r[j * k + c] -= w;
        ops.axpy(-w, a, v, a, c * n + start, m);
      }
    }
  }
}
