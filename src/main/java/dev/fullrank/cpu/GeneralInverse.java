package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * W = A⁻¹ for a general square A: P·A = L·U, then A·W = I column by column, W·Pᵀ = U⁻¹·L⁻¹; with the zeros that L⁻¹ has above its
 * diagonal 2m³ operations in all, nearly all of them in the register tile.
 *
 * <p>Each column of W solves a system as near to A as rounding is, and |A·W − I| ≤ c·m·u·|L|·|U|·|W| (Higham, "Accuracy and
 * Stability of Numerical Algorithms", 2002, section 14.3, Method A). Gauss–Jordan elimination, as long and simpler, has no such
 * bound.
 */
final class GeneralInverse {
  /** Tasks of a large matrix are at least as many, so that a few threads end together although the first have more to do. */
  private static final int TASKS = 8;

  private final Workspace work;
  private final PanelSubstitution substitution;
  private final LuFactorization factors;
  private final Parallel.Job pack = this::pack;
  private final Parallel.Job solve = this::solve;
  private final Parallel.Job restore = this::restore;

  private int[] origins = {};
  private double[] a = {};
  private double[] w = {};
  private int order;
  private int taskColumns;

  GeneralInverse(Workspace work) {
    this.work = work;
    this.substitution = new PanelSubstitution(work.kernels, work.blocking.nb());
    this.factors = new LuFactorization(work, substitution);
  }

  /**
   * W := A⁻¹; A is destroyed. False, with W undefined, if a pivot is zero or not finite, or so small that its reciprocal is not
   * finite.
   */
  boolean invert(double[] a, double[] w, int m) {
    if (!factors.factor(a, m)) {
      return false;
    }
    this.a = a;
    this.w = w;
    order = m;
    findOrigins();
    int mc = work.blocking.mc();
    work.a.reserve(work.kernels.tileRows(), m, m);
    work.parallel.run(pack, Blocking.ceilDiv(m, mc), (long) m * m);
    substitution.matrix(a, m, 0, work.a);
    taskColumns = taskColumns();
    work.parallel.run(solve, Blocking.ceilDiv(m, taskColumns), (long) m * m * m * 2 / 3);
    work.parallel.run(restore, Blocking.ceilDiv(m, mc), (long) m * m);
    return true;
  }

  /** origins[i] := the row of A that became row i of P·A. */
  private void findOrigins() {
    if (origins.length < order) {
      origins = new int[order];
    }
    for (int i = 0; i < order; i++) {
      origins[i] = i;
    }
    int[] pivots = factors.pivots();
    for (int i = 0; i < order; i++) {
      int origin = origins[i];
      origins[i] = origins[pivots[i]];
      origins[pivots[i]] = origin;
    }
  }

  /**
   * Whole panels, up to nc columns: each block of L and U comes once from memory, or the L3 cache, and once for each further panel
   * of a task from the L2 cache.
   */
  private int taskColumns() {
    int width = work.kernels.tileColumns();
    return Math.min(work.blocking.nc(), Math.max(1, order / (TASKS * width)) * width);
  }

  /** −L and −U. */
  private void pack(int task, int slot) {
    int from = task * work.blocking.mc();
    work.a.packRows(a, 0, order, from, Math.min(from + work.blocking.mc(), order), 0, order, -1);
  }

  /** Some panels of columns of U⁻¹·L⁻¹, those with most to do first. */
  private void solve(int task, int slot) {
    int width = work.kernels.tileColumns();
    int first = task * taskColumns;
    int columns = Math.min(taskColumns, order - first);
    Scratch scratch = work.scratch(slot);
    PackedMatrix x = scratch.b;
    x.reserve(width, columns, order);
    double[] v = x.values();
    Arrays.fill(v, 0, Blocking.ceilDiv(columns, width) * x.offset(width, 0), 0);
    for (int lane = 0; lane < columns; lane++) {
      v[x.offset(lane, first + lane)] = 1;
    }
    int nb = work.blocking.nb();
    substitution.solveUnitLower(scratch.gemm, x, 0, columns, first / nb * nb, order);
    substitution.solveUpper(scratch.gemm, x, 0, columns, order, factors.reciprocals());
    for (int lane = 0; lane < columns; lane += width) {
      int count = Math.min(width, columns - lane);
      for (int i = 0; i < order; i++) {
        System.arraycopy(v, x.offset(lane, i), w, i * order + first + lane, count);
      }
    }
  }

  /** Column i of U⁻¹·L⁻¹ is column origins[i] of W. */
  private void restore(int task, int slot) {
    int mc = work.blocking.mc();
    double[] line = work.scratch(slot).line(order);
    for (int i = task * mc; i < Math.min((task + 1) * mc, order); i++) {
      System.arraycopy(w, i * order, line, 0, order);
      for (int j = 0; j < order; j++) {
        w[i * order + origins[j]] = line[j];
      }
    }
  }
}
