package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * W = A⁻¹ for symmetric positive definite A: A = UᵀU, Y = U⁻ᵀ by substitution, W = YᵀY; a third of m³ operations each, nearly
 * all of them in the register tile.
 *
 * <p>Y is lower triangular and takes the place of U in the workspace's right factor, a panel of columns at a time; panels do not
 * depend on each other.
 */
final class SpdInverse {
  private final Workspace work;
  private final Cholesky cholesky;
  private final SymmetricProduct product;
  private final Parallel.Job invertRows = this::invertRows;
  private int order;
  private int first;
  private int end;

  SpdInverse(Workspace work, Cholesky cholesky, SymmetricProduct product) {
    this.work = work;
    this.cholesky = cholesky;
    this.product = product;
  }

  /**
   * W := A⁻¹; only the upper triangle of A is read, and w may be a. False, with w untouched, if a pivot is not positive and
   * finite.
   */
  boolean invert(double[] a, double[] w, int m) {
    if (!cholesky.factor(a, m)) {
      return false;
    }
    invertFactor(m);
    product.squarePackedTriangle(m, w);
    return true;
  }

  /** Y, in both factors of the workspace. */
  void invertFactor(int m) {
    order = m;
    int tileRows = work.kernels.tileRows();
    int height = cholesky.height();
    work.a.reserve(tileRows, m, height);
    work.a.pad(m, 0, height);
    for (first = 0; first < height; first = end) {
      end = Math.min(first + work.blocking.nb(), height);
      int panels = Blocking.ceilDiv(Math.min(end, m), work.kernels.tileColumns());
      work.parallel.run(invertRows, panels, (long) (end - first) * end * end / 2);
    }
  }

  /** A block row of −Uᵀ·Y = −I for one panel of columns, the longest sums first: what is left at the end is short. */
  private void invertRows(int task, int slot) {
    int width = work.kernels.tileColumns();
    int column = task * width;
    int columns = Math.min(width, order - column);
    int top = Math.max(first, column / work.kernels.tileRows() * work.kernels.tileRows());
    PackedMatrix y = work.b;
    Arrays.fill(y.values(), y.offset(column, top), y.offset(column, end), 0);
    for (int i = Math.max(first, column); i < Math.min(end, column + columns); i++) {
      y.values()[y.offset(column, i) + i - column] = -1;
    }
    Gemm gemm = work.scratch(slot).gemm;
    cholesky.addProducts(gemm, column, column, top, top, end);
    cholesky.substitute(gemm, column, Math.max(column, top), top, end);
    work.a.copyLanes(y, column, Math.min(column + width, cholesky.height()), top, end);
  }
}
