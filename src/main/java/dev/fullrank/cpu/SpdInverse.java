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
  private final Parallel.Job invertPanel = this::invertPanel;
  private int order;

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
    order = m;
    int tileRows = work.kernels.tileRows();
    int height = cholesky.height();
    work.a.reserve(tileRows, m, height);
    work.a.pad(height - tileRows, m - (height - tileRows), 0, height);
    work.parallel.run(invertPanel, Blocking.ceilDiv(m, work.kernels.tileColumns()), (long) m * m * m / 6);
    product.squarePackedTriangle(m, w);
    return true;
  }

  /** Solves Uᵀ·Y = I for one panel of columns, the longest first: what is left at the end is short. */
  private void invertPanel(int task, int slot) {
    int width = work.kernels.tileColumns();
    int column = task * width;
    int columns = Math.min(width, order - column);
    int top = column / work.kernels.tileRows() * work.kernels.tileRows();
    PackedMatrix y = work.b;
    int at = y.offset(column, column);
    Arrays.fill(y.values(), y.offset(column, top), y.offset(column, cholesky.height()), 0);
    for (int j = 0; j < columns; j++) {
      y.values()[at + j * width + j] = 1;
    }
    cholesky.substitute(work.scratch(slot).gemm, column, column);
    work.a.packPanel(y, column, columns, top, cholesky.height(), 1);
  }
}
