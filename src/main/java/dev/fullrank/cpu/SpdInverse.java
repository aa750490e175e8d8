package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * W = A⁻¹ for symmetric positive definite A: A = UᵀU, X = U⁻¹, W = X·Xᵀ; a third of m³ operations each, nearly all of them in the
 * register tile.
 *
 * <p>The blocks of order nb on the diagonal are used for substitution, never inverted and multiplied with: a product with the
 * inverse of a block would cost as many digits as its condition number has (Du Croz and Higham, "Stability of methods for matrix
 * inversion", IMA J. Numer. Anal. 12, 1992; this is their Method 1B, transposed).
 */
final class SpdInverse {
  /** The longest vector, in doubles: rows of the diagonal block are whole vectors, so that none has a scalar tail. */
  private static final int VECTOR = 8;

  private final Workspace work;
  private final SymmetricProduct product;
  private final Parallel.Job strip = this::strip;
  private final Parallel.Job trailing = this::trailing;
  private final Parallel.Job packFactor = this::packFactor;
  private final Parallel.Job invertStrip = this::invertStrip;

  private final double[] diagonal;
  private final int diagonalWidth;
  private double[] reciprocals = {};
  private double[] a = {};
  private double[] w = {};
  private int order;
  private int first;
  private int end;
  private int stripWidth;

  SpdInverse(Workspace work, SymmetricProduct product) {
    this.work = work;
    this.product = product;
    this.diagonalWidth = Blocking.roundUp(work.blocking.nb(), VECTOR);
    this.diagonal = new double[work.blocking.nb() * diagonalWidth];
  }

  /** W := A⁻¹; A is destroyed. False, with W undefined, if a pivot is not positive and finite. */
  boolean invert(double[] a, double[] w, int m) {
    this.a = a;
    this.w = w;
    order = m;
    reciprocals = Scratch.atLeast(reciprocals, m);
    if (!factor()) {
      return false;
    }
    invertFactor();
    product.squareTriangle(w, w, m);
    return true;
  }

  /** A = UᵀU, by block rows; U replaces the upper triangle, and the lower triangle is garbage afterwards. */
  private boolean factor() {
    int tileRows = work.kernels.tileRows();
    int tileColumns = work.kernels.tileColumns();
    for (first = 0; first < order; first = end) {
      end = Math.min(first + work.blocking.nb(), order);
      if (!factorDiagonal()) {
        return false;
      }
      int rest = order - end;
      if (rest > 0) {
        int depth = end - first;
        stripWidth = commonMultiple(tileRows, tileColumns);
        work.a.reserve(tileRows, rest, depth);
        work.b.reserve(tileColumns, rest, depth);
        work.parallel.run(strip, Blocking.ceilDiv(rest, stripWidth), (long) rest * depth * depth);
        int across = Blocking.ceilDiv(rest, work.blocking.nc());
        work.parallel.run(trailing, across * Blocking.ceilDiv(rest, work.blocking.mc()), (long) rest * rest * depth);
      }
    }
    return true;
  }

  private static int commonMultiple(int x, int y) {
    int multiple = x;
    while (multiple % y != 0) {
      multiple += x;
    }
    return multiple;
  }

  /** The diagonal block, row by row: u_p = (a_p − Σ_{q<p} u_qp·u_q)/√pivot. What is left of the diagonal is garbage. */
  private boolean factorDiagonal() {
    int n = end - first;
    int width = diagonalWidth;
    for (int p = 0; p < n; p++) {
      System.arraycopy(a, (first + p) * order + first, diagonal, p * width, n);
      Arrays.fill(diagonal, p * width + n, (p + 1) * width, 0);
    }
    for (int p = 0; p < n; p++) {
      int from = p - p % VECTOR;
      int row = p * width + from;
      work.kernels.subtractRows(p, diagonal, p, width, diagonal, from, width, diagonal, row, width - from);
      double pivot = diagonal[p * width + p];
      if (!(pivot > 0 && pivot < Double.POSITIVE_INFINITY)) {
        return false;
      }
      double root = Math.sqrt(pivot);
      reciprocals[first + p] = 1 / root;
      work.kernels.scale(1 / root, diagonal, row, width - from);
      diagonal[p * width + p] = root;
    }
    for (int p = 0; p < n; p++) {
      System.arraycopy(diagonal, p * width + p, a, (first + p) * order + first + p, n - p);
    }
    return true;
  }

  /** Some columns of the block row to the right of the diagonal block: substitution, then −U and U packed for the update. */
  private void strip(int task, int slot) {
    int lane = task * stripWidth;
    int column = end + lane;
    int columns = Math.min(stripWidth, order - column);
    int n = end - first;
    for (int p = 0; p < n; p++) {
      int row = (first + p) * order + column;
      work.kernels.subtractRows(p, diagonal, p, diagonalWidth, a, first * order + column, order, a, row, columns);
      work.kernels.scale(reciprocals[first + p], a, row, columns);
    }
    int origin = first * order + end;
    work.a.packColumns(a, origin, order, lane, lane + columns, 0, n, -1);
    work.b.packColumns(a, origin, order, lane, lane + columns, 0, n, 1);
  }

  /** One block of A − UᵀU below and right of the block row. */
  private void trailing(int task, int slot) {
    int mc = work.blocking.mc();
    int nc = work.blocking.nc();
    int rest = order - end;
    int across = Blocking.ceilDiv(rest, nc);
    int row = task / across * mc;
    int column = task % across * nc;
    int rows = Math.min(mc, rest - row);
    int columns = Math.min(nc, rest - column);
    if (column + columns > row) {
      int co = (end + row) * order + end + column;
      work.scratch(slot)
          .gemm
          .left(work.a, row, rows)
          .right(work.b, column, columns)
          .depths(0, end - first)
          .addTo(a, co, order, Gemm.Region.UPPER);
    }
  }

  /** X = U⁻¹ into w. Columns of X do not depend on each other: a strip of them, one panel wide, is a task. */
  private void invertFactor() {
    int tileColumns = work.kernels.tileColumns();
    work.a.reserve(work.kernels.tileRows(), order, order);
    work.parallel.run(packFactor, Blocking.ceilDiv(order, work.blocking.mc()), (long) order * order);
    work.parallel.run(invertStrip, Blocking.ceilDiv(order, tileColumns), (long) order * order * order / 3);
  }

  /** −U, the part right of the diagonal blocks and a little more. */
  private void packFactor(int task, int slot) {
    int mc = work.blocking.mc();
    int from = task * mc;
    work.a.packRows(a, 0, order, from, Math.min(from + mc, order), from & ~1, order, -1);
  }

  /**
   * Solves U·X = I for one panel of columns, from the last block row up: X_J := U_JJ⁻¹·(I_J − Σ_{K>J} U_JK·X_K). The panel is
   * in the order in which the register tile reads its right factor and writes its result, so nothing is packed.
   */
  private void invertStrip(int task, int slot) {
    int width = work.kernels.tileColumns();
    int nb = work.blocking.nb();
    int strips = Blocking.ceilDiv(order, width);
    int column = (strips - 1 - task) * width; // the longest columns first: what is left at the end is short
    int columns = Math.min(width, order - column);
    int height = column + columns;
    Scratch scratch = work.scratch(slot);
    scratch.b.reserve(width, width, order);
    double[] x = scratch.b.values();
    Arrays.fill(x, 0, Blocking.roundUp(order, 2) * width, 0);
    for (int j = 0; j < columns; j++) {
      x[(column + j) * width + j] = 1;
    }
    for (int top = (height - 1) / nb * nb; top >= 0; top -= nb) {
      int bottom = Math.min(top + nb, height);
      if (bottom < height) {
        scratch
            .gemm
            .left(work.a, top, bottom - top)
            .right(scratch.b, 0, width)
            .depths(bottom, height)
            .addTo(x, top * width, width, Gemm.Region.FULL);
      }
      for (int p = bottom - 1; p >= top; p--) {
        int below = (p + 1) * width;
        work.kernels.subtractRows(bottom - 1 - p, a, p * order + p + 1, 1, x, below, width, x, p * width, width);
        work.kernels.scale(reciprocals[p], x, p * width, width);
      }
    }
    for (int i = 0; i < order; i++) {
      System.arraycopy(x, i * width, w, i * order + column, columns);
    }
  }
}
