package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * A = UᵀU for symmetric positive definite A, in m³/3 operations, and the forward substitution with Uᵀ, which is most of it.
 *
 * <p>U is computed row by row where the register tile reads and writes it, in panels of C columns; a step is R rows, the height
 * of the tile. With rows i to i + R as the index i, and k &lt; i,
 *
 * <pre>
 *   S_ij = A_ij − Σ_k U_kiᵀ·U_kj     one call of the tile for each panel of columns
 *   U_iiᵀ·U_ii = S_ii                 R pivots, all that is done number by number
 *   U_ij = U_ii⁻ᵀ·S_ij                substitution, R rows of the panel
 * </pre>
 *
 * where −S is what is kept, for the tile adds; so that there is no block on the diagonal that runs at another speed than the rest, and no block is inverted and multiplied
 * with, which would cost as many digits as its condition number has (Du Croz and Higham, "Stability of methods for matrix
 * inversion", IMA J. Numer. Anal. 12, 1992). Blocks of nb rows are there to share the work: all but the nb columns of the
 * diagonal block are tasks, a panel each.
 */
final class Cholesky {
  private final Workspace work;
  private final int tileRows;
  private final int tileColumns;
  private final Parallel.Job update = this::update;
  private final Parallel.Job solve = this::solve;

  /** U, its columns as the lanes of a left factor. */
  private final PackedMatrix left;

  /** R × R for each step: below the diagonal U_iiᵀ, on it −1/u_pp. */
  private double[] triangles = {};

  private double[] a = {};
  private int order;
  private int height;
  private int first;
  private int end;

  Cholesky(Workspace work) {
    this.work = work;
    this.left = new PackedMatrix(work.kernels);
    this.tileRows = work.kernels.tileRows();
    this.tileColumns = work.kernels.tileColumns();
  }

  /** Rows of the panels: the order and what is missing to a whole number of tiles, zeros. */
  int height() {
    return height;
  }

  /**
   * Factors A, of which the upper triangle is read; U is then in the workspace's right factor, where elements below the diagonal
   * are garbage. False if a pivot is not positive and finite.
   */
  boolean factor(double[] a, int m) {
    this.a = a;
    order = m;
    height = Blocking.roundUp(m, tileRows);
    left.reserve(tileRows, m, height);
    work.b.reserve(tileColumns, m, height);
    triangles = Scratch.atLeast(triangles, (long) height * tileRows);
    left.pad(m, 0, height);
    for (first = 0; first < height; first = end) {
      end = Math.min(first + work.blocking.nb(), height);
      int panels = panels(first / tileColumns * tileColumns);
      work.parallel.run(update, panels, (long) panels * tileColumns * (end - first) * first);
      if (!factorDiagonal()) {
        return false;
      }
      panels = panels(Blocking.roundUp(end, tileColumns));
      work.parallel.run(solve, panels, (long) panels * tileColumns * (end - first) * (end - first) / 2);
    }
    return true;
  }

  /** Panels from a column to the last. */
  private int panels(int column) {
    return Blocking.ceilDiv(Math.max(order - column, 0), tileColumns);
  }

  /** −S of the block row, for a panel of columns. */
  private void update(int task, int slot) {
    int column = first / tileColumns * tileColumns + task * tileColumns;
    loadRows(column);
    addProducts(work.scratch(slot).gemm, column, 0, first, first, end);
  }

  /** Rows of −A, from the diagonal on. */
  private void loadRows(int column) {
    double[] x = work.b.values();
    int at = work.b.offset(column, first);
    int to = Math.min(column + tileColumns, order);
    for (int i = first; i < Math.min(end, order); i++) {
      int from = Math.min(Math.max(i, column), to);
      Arrays.fill(x, at, at + from - column, 0);
      for (int j = from; j < to; j++) {
        x[at + j - column] = -a[i * order + j];
      }
      Arrays.fill(x, at + to - column, at + tileColumns, 0);
      at += tileColumns;
    }
    Arrays.fill(x, at, work.b.offset(column, end), 0);
  }

  /** The columns of the diagonal block, and those that share a panel with them. */
  private boolean factorDiagonal() {
    Gemm gemm = work.scratch(0).gemm;
    for (int i = first; i < end; i += tileRows) {
      int from = i / tileColumns * tileColumns;
      int to = Math.min(end, order);
      for (int column = from; column < to; column += tileColumns) {
        addProducts(gemm, column, first, i, i, i + tileRows);
      }
      if (!factorTriangle(i)) {
        return false;
      }
      for (int column = from; column < to; column += tileColumns) {
        work.kernels.substitute(triangles, i * tileRows, work.b.values(), work.b.offset(column, i));
        pack(column, i, i + tileRows);
      }
    }
    return true;
  }

  private boolean factorTriangle(int i) {
    int r = tileRows;
    int n = Math.min(r, order - i);
    int to = i * r;
    double[] t = triangles;
    double[] s = work.b.values();
    Arrays.fill(t, to, to + r * r, 0);
    for (int q = 0; q < n; q++) {
      int at = work.b.offset(i + q, i);
      int row = to + q * r;
      for (int p = 0; p < q; p++) {
        double sum = s[at + p * tileColumns];
        for (int k = 0; k < p; k++) {
          sum += t[to + p * r + k] * t[row + k];
        }
        t[row + p] = sum * t[to + p * r + p];
      }
      double pivot = -s[at + q * tileColumns];
      for (int k = 0; k < q; k++) {
        pivot -= t[row + k] * t[row + k];
      }
      if (!(pivot > 0 && pivot < Double.POSITIVE_INFINITY)) {
        return false;
      }
      t[row + q] = -1 / Math.sqrt(pivot);
    }
    return true;
  }

  /** The block row right of the diagonal block. */
  private void solve(int task, int slot) {
    int column = Blocking.roundUp(end, tileColumns) + task * tileColumns;
    substitute(work.scratch(slot).gemm, column, first, first, end);
    pack(column, first, end);
  }

  private void pack(int column, int from, int to) {
    left.copyLanes(work.b, column, Math.min(column + tileColumns, height), from, to);
  }

  /** X_J += Σ_k U_kJᵀ·X_k for one panel X of the workspace's right factor: rows J, depths k. */
  void addProducts(Gemm gemm, int column, int depthFrom, int depthTo, int from, int to) {
    PackedMatrix x = work.b;
    gemm.left(left, from, to - from)
        .right(x, column, tileColumns)
        .depths(depthFrom, depthTo)
        .addTo(x.values(), x.offset(column, from), tileColumns, Gemm.Region.FULL);
  }

  /**
   * X_i := −U_ii⁻ᵀ·(X_i + Σ_k U_kiᵀ·X_k) for one panel of the workspace's right factor.
   *
   * @param depth the first k
   * @param from the first row, a multiple of R
   * @param to the last row, exclusive
   */
  void substitute(Gemm gemm, int column, int depth, int from, int to) {
    for (int i = from; i < to; i += tileRows) {
      addProducts(gemm, column, depth, i, i, i + tileRows);
      work.kernels.substitute(triangles, i * tileRows, work.b.values(), work.b.offset(column, i));
    }
  }

  /** U, row-major with zeros below the diagonal. */
  void store(double[] u) {
    for (int i = 0; i < order; i++) {
      Arrays.fill(u, i * order, i * order + i, 0);
      for (int column = i / tileColumns * tileColumns; column < order; column += tileColumns) {
        int from = Math.max(i, column);
        int to = Math.min(column + tileColumns, order);
        System.arraycopy(work.b.values(), work.b.offset(column, i) + from - column, u, i * order + from, to - from);
      }
    }
  }
}
