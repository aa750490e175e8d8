package dev.fullrank.linalg;

/**
 * Householder QR with column pivoting, A·Π = Q·R, of a column-major n×k matrix, n ≥ k; |r_jj| is not increasing, and row j of R
 * is about as large as r_jj: the grading that one-sided Jacobi wants.
 *
 * <p>Column by column: every inner loop runs down one column. Norms of the remaining columns are downdated and recomputed before
 * cancellation has cost half their digits (Z. Drmač, Z. Bujanović, "On the failure of rank-revealing QR factorization software",
 * ACM TOMS 35(2), 2008). Each column is backward stable relative to its own norm (N. Higham, "Accuracy and Stability of Numerical
 * Algorithms", theorem 19.4), which keeps small singular values of column-scaled matrices accurate.
 *
 * <p>Q is kept as reflectors in the place of A and applied, not formed: what is needed in the end is the product of Q and a k×k
 * matrix, and 4nk² operations give it either way.
 *
 * <p>A workspace: buffers grow and are kept, one thread at a time.
 */
final class PivotedQr {
  /**
   * A remaining column with a norm below 2^-1000 counts as zero. Above it, entries still have 53 bits (the smallest subnormal is
   * 2^-1074) and a reciprocal is finite; the data are scaled to about 1.
   */
  static final double NEGLIGIBLE = 0x1p-1000;

  /** √u: a downdated norm is recomputed before cancellation has cost more than half of its digits. */
  private static final double RECOMPUTE = 0x1p-26;

  /** Columns that one reflector is applied to while it is in cache: 8 of 512 rows are 32 KiB. */
  private static final int COLUMN_GROUP = 8;

  private final ColumnOps ops;
  private double[] tau = {};
  private double[] norm = {};
  private double[] exactNorm = {};
  private int[] pivot = {};
  private int rank;

  PivotedQr(ColumnOps ops) {
    this.ops = ops;
  }

  /** Factors a in place: R in the upper triangle of its first rows, reflectors below. */
  void factor(double[] a, int ld, int n, int k) {
    reserve(k);
    for (int j = 0; j < k; j++) {
      pivot[j] = j;
      norm[j] = exactNorm[j] = ColumnNorm.of(ops, a, j * ld, n);
    }
    rank = 0;
    for (int j = 0; j < k; j++) {
      swap(a, ld, n, j, largestFrom(j, k));
      double pivotNorm = ColumnNorm.of(ops, a, j * ld + j, n - j);
      if (pivotNorm < NEGLIGIBLE) {
        return;
      }
      tau[j] = Householder.generate(ops, a, j * ld + j, n - j, pivotNorm);
      rank++;
      for (int c = j + 1; c < k; c++) {
        if (tau[j] != 0) {
          Householder.apply(ops, tau[j], a, j * ld + j, a, c * ld + j, n - j);
        }
        downdate(a, c * ld + j + 1, n - j - 1, c, a[c * ld + j]);
      }
    }
  }

  /** Steps done before nothing but negligible columns was left: rows of R from here on count as zero. */
  int rank() {
    return rank;
  }

  /** The column of A that is column j of A·Π. */
  int pivot(int j) {
    return pivot[j];
  }

  /** c := Q·c for n×columns c, with the reflectors that {@link #factor} left in a. */
  void applyQ(double[] a, int ld, int n, double[] c, int ldc, int columns) {
    for (int first = 0; first < columns; first += COLUMN_GROUP) {
      int end = Math.min(first + COLUMN_GROUP, columns);
      for (int j = rank - 1; j >= 0; j--) {
        if (tau[j] != 0) {
          for (int col = first; col < end; col++) {
            Householder.apply(ops, tau[j], a, j * ld + j, c, col * ldc + j, n - j);
          }
        }
      }
    }
  }

  private void reserve(int k) {
    if (tau.length < k) {
      tau = new double[k];
      norm = new double[k];
      exactNorm = new double[k];
      pivot = new int[k];
    }
  }

  private int largestFrom(int j, int k) {
    int best = j;
    for (int c = j + 1; c < k; c++) {
      if (norm[c] > norm[best]) {
        best = c;
      }
    }
    return best;
  }

  private void swap(double[] a, int ld, int n, int j, int p) {
    if (p == j) {
      return;
    }
    int jo = j * ld;
    int po = p * ld;
    for (int i = 0; i < n; i++) {
      double t = a[jo + i];
      a[jo + i] = a[po + i];
      a[po + i] = t;
    }
    int t = pivot[j];
    pivot[j] = pivot[p];
    pivot[p] = t;
    norm[p] = norm[j];
    exactNorm[p] = exactNorm[j];
  }

  private void downdate(double[] a, int tail, int n, int c, double removed) {
    if (norm[c] == 0) {
      return;
    }
    double r = Math.abs(removed) / norm[c];
    double kept = Math.max(0, (1 - r) * (1 + r));
    double sinceExact = norm[c] / exactNorm[c];
    if (kept * sinceExact * sinceExact <= RECOMPUTE) {
      norm[c] = exactNorm[c] = n == 0 ? 0 : ColumnNorm.of(ops, a, tail, n);
    } else {
      norm[c] *= Math.sqrt(kept);
    }
  }
}
