package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * P·A = L·U with partial pivoting, in place: block columns of depth kc are eliminated from left to right, each of them
 * recursively (Toledo, "Locality of reference in LU decomposition with partial pivoting", SIAM J. Matrix Anal. Appl. 18, 1997),
 * so that nearly all operations are products of depth kc.
 */
final class LuFactorization {
  private final Workspace work;
  private final LuPanel panel;
  private final PanelSubstitution substitution;
  private final int widest;
  private final Parallel.Job packLower = this::packLower;
  private final Parallel.Job solveStrip = this::solveStrip;
  private final Parallel.Job trailing = this::trailing;
  private final Parallel.Job exchange = this::exchange;

  private int[] pivots = {};
  private double[] reciprocals = {};
  private double[] a = {};
  private int order;

  /** The block column at work: columns {@code left} to {@code middle} are done, those to {@code right} follow. */
  private int left;

  private int middle;
  private int right;

  LuFactorization(Workspace work, PanelSubstitution substitution) {
    this.work = work;
    this.panel = new LuPanel(work.kernels);
    this.substitution = substitution;
    this.widest = Blocking.roundUp(work.blocking.kc(), work.blocking.nb());
  }

  /**
   * L without its diagonal of ones, and U, replace A. False, with A undefined, if a pivot is zero or not finite, or its
   * reciprocal is not finite.
   */
  boolean factor(double[] a, int m) {
    this.a = a;
    order = m;
    if (pivots.length < m) {
      pivots = new int[m];
    }
    reciprocals = Scratch.atLeast(reciprocals, m);
    return factor(0, m);
  }

  /** Row i was exchanged with row pivots[i] ≥ i, for ascending i. */
  int[] pivots() {
    return pivots;
  }

  /** 1/u_ii. */
  double[] reciprocals() {
    return reciprocals;
  }

  /** Columns {@code from} to {@code to}, below row {@code from}; rows are exchanged in these columns only. */
  private boolean factor(int from, int to) {
    int nb = work.blocking.nb();
    int width = to - from;
    if (width <= nb) {
      return panel.factor(a, order, from, to, pivots, reciprocals);
    }
    int split = from + Math.min(widest, Blocking.roundUp(Blocking.ceilDiv(width, 2), nb));
    if (!factor(from, split)) {
      return false;
    }
    update(from, split, to);
    if (!factor(split, to)) {
      return false;
    }
    bounds(from, split, to);
    work.parallel.run(exchange, Blocking.ceilDiv(split - from, nb), (long) (split - from) * (to - split));
    return true;
  }

  private void bounds(int from, int split, int to) {
    left = from;
    middle = split;
    right = to;
  }

  /** Exchanges rows in columns middle to right, solves for the rows of U there and subtracts L·U from the rows below. */
  private void update(int from, int split, int to) {
    bounds(from, split, to);
    int rows = order - left;
    int depth = middle - left;
    int columns = right - middle;
    work.a.reserve(work.kernels.tileRows(), rows, depth);
    work.b.reserve(work.kernels.tileColumns(), columns, depth);
    substitution.matrix(a, order, left, work.a);
    work.parallel.run(packLower, Blocking.ceilDiv(rows, work.blocking.mc()), (long) rows * depth);
    int strips = Blocking.ceilDiv(columns, work.kernels.tileColumns());
    work.parallel.run(solveStrip, strips, (long) columns * depth * depth / 2);
    int below = order - middle;
    int blocks = Blocking.ceilDiv(below, work.blocking.mc()) * Blocking.ceilDiv(columns, work.blocking.nc());
    work.parallel.run(trailing, blocks, (long) below * columns * depth);
  }

  /** −L, and what lies above it in the diagonal blocks. */
  private void packLower(int task, int slot) {
    int mc = work.blocking.mc();
    int from = task * mc;
    int to = Math.min(from + mc, order - left);
    work.a.packRows(a, left * order + left, order, from, to, 0, middle - left, -1);
  }

  /** One panel of columns: row p comes from where its pivot was found, and leaves there what it was. */
  private void solveStrip(int task, int slot) {
    int width = work.kernels.tileColumns();
    int lane = task * width;
    int column = middle + lane;
    int columns = Math.min(width, right - column);
    double[] x = work.b.values();
    for (int p = left; p < middle; p++) {
      int to = work.b.offset(lane, p - left);
      int row = p * order + column;
      int pivot = pivots[p] * order + column;
      System.arraycopy(a, pivot, x, to, columns);
      Arrays.fill(x, to + columns, to + width, 0);
      if (pivot != row) {
        System.arraycopy(a, row, a, pivot, columns);
      }
    }
    substitution.solveUnitLower(work.scratch(slot).gemm, work.b, lane, width, 0, middle - left);
    for (int p = left; p < middle; p++) {
      System.arraycopy(x, work.b.offset(lane, p - left), a, p * order + column, columns);
    }
  }

  /** One block of A − L·U below and right of the diagonal block. */
  private void trailing(int task, int slot) {
    int mc = work.blocking.mc();
    int nc = work.blocking.nc();
    int across = Blocking.ceilDiv(right - middle, nc);
    int row = middle + task / across * mc;
    int column = middle + task % across * nc;
    work.scratch(slot)
        .gemm
        .left(work.a, row - left, Math.min(mc, order - row))
        .right(work.b, column - middle, Math.min(nc, right - column))
        .depths(0, middle - left)
        .addTo(a, row * order + column, order, Gemm.Region.FULL);
  }

  /** Exchanges rows of L, in a block of columns, as its right neighbours were. */
  private void exchange(int task, int slot) {
    int nb = work.blocking.nb();
    int column = left + task * nb;
    int columns = Math.min(nb, middle - column);
    double[] line = work.scratch(slot).line(nb);
    for (int p = middle; p < right; p++) {
      if (pivots[p] != p) {
        int row = p * order + column;
        int pivot = pivots[p] * order + column;
        System.arraycopy(a, row, line, 0, columns);
        System.arraycopy(a, pivot, a, row, columns);
        System.arraycopy(line, 0, a, pivot, columns);
      }
    }
  }
}
