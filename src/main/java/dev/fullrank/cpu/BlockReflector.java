package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * A panel of elementary reflectors as one, H = H_0·H_1 ··· = I − VᵀTV with a reflector in each row of V and upper triangular T
 * (R. Schreiber and C. Van Loan, "A storage-efficient WY representation for products of Householder transformations", SIAM J. Sci.
 * Stat. Comput. 10, 1989), applied to both sides of the trailing part of a symmetric matrix F and to the right of some rows C:
 *
 * <pre>
 *   P = T·V,   Y = P·F,   F := F − Vᵀ·W − Wᵀ·V  with  W = Y − ½·(Y·Pᵀ)·V,     C := C − (C·Pᵀ)·V.
 * </pre>
 */
final class BlockReflector {
  private final Workspace work;
  private final Parallel.Job timesF = this::timesF;
  private final Parallel.Job combination = this::combination;
  private final TrailingUpdate trailing;

  /** P, as right factor with its rows as lanes; the left factor is in the workspace. */
  private final PackedMatrix transposed;

  /** Left factors with few rows. */
  private final PackedMatrix left;

  private double[] v = {};
  private double[] p = {};
  private double[] t = {};
  private double[] inner = {};

  private double[] target = {};
  private int targetRows;
  private boolean adding;

  private double[] f = {};
  private double[] rows = {};
  private int carried;
  private int order;
  private int ld;
  private int base;
  private int count;
  private int n;

  BlockReflector(Workspace work) {
    this.work = work;
    this.transposed = new PackedMatrix(work.kernels);
    this.left = new PackedMatrix(work.kernels);
    this.trailing = new TrailingUpdate(work);
  }

  /** Reads reflectors {@code start} to {@code end}, as {@link TridiagonalReduction} left them, and forms T and P. */
  void load(double[] reflectors, int order, int start, int end) {
    this.order = order;
    base = start + 1;
    count = end - start;
    n = order - base;
    ld = Blocking.leadingDimension(order);
    v = Scratch.atLeast(v, (long) count * ld);
    p = Scratch.atLeast(p, (long) count * ld);
    t = Scratch.atLeast(t, (long) count * count);
    for (int i = 0; i < count; i++) {
      int from = base + i;
      Arrays.fill(v, i * ld + base, i * ld + from, 0);
      System.arraycopy(reflectors, (start + i) * order + from, v, i * ld + from, order - from);
    }
    work.b.reserve(work.kernels.tileColumns(), n, 2 * half());
    work.b.packColumns(v, base - half() * ld, ld, 0, n, half(), half() + count, 1);
    packRows(v);
    work.scratch(0).gemm.left(work.a, 0, count).right(transposed, 0, count).depths(0, n).storeTo(t, 0, count, Gemm.Region.UPPER);
    triangularFactor(reflectors, start);
    combine(t, count, 1, p, false);
    packRows(p);
  }

  /** Where the second half of a sum over V and W begins: pairs of depths stay together. */
  private int half() {
    return Blocking.roundUp(count, 2);
  }

  private void packRows(double[] x) {
    work.a.reserve(work.kernels.tileRows(), count, n);
    work.a.packRows(x, base, ld, 0, count, 0, n, 1);
    transposed.reserve(work.kernels.tileColumns(), count, n);
    transposed.packRows(x, base, ld, 0, count, 0, n, 1);
  }

  /** T from V·Vᵀ, with zeros below the diagonal: t_0j … t_{j−1,j} = −τ_j·T·(V·v_j). */
  private void triangularFactor(double[] reflectors, int start) {
    for (int j = 0; j < count; j++) {
      double tau = reflectors[(start + j) * order + start + j];
      for (int i = 0; i < j; i++) {
        double sum = 0;
        for (int l = i; l < j; l++) {
          sum += t[i * count + l] * t[l * count + j];
        }
        t[i * count + j] = -tau * sum;
      }
      t[j * count + j] = tau;
      Arrays.fill(t, j * count, j * count + j, 0);
    }
  }

  /** Z := alpha·X·V, or Z += alpha·X·V, for a matrix X of count columns. */
  private void combine(double[] x, int lanes, double alpha, double[] z, boolean add) {
    left.reserve(work.kernels.tileRows(), lanes, 2 * half());
    left.packRows(x, -half(), count, 0, lanes, half(), half() + count, alpha);
    target = z;
    targetRows = lanes;
    adding = add;
    work.parallel.run(combination, Blocking.ceilDiv(n, work.blocking.nc()), Parallel.inTiles((long) lanes * count * n));
  }

  /** Some columns of a combination. */
  private void combination(int task, int slot) {
    int column = task * work.blocking.nc();
    int columns = Math.min(work.blocking.nc(), n - column);
    Gemm gemm = work.scratch(slot).gemm.left(left, 0, targetRows).right(work.b, column, columns).depths(half(), half() + count);
    if (adding) {
      gemm.addTo(target, base + column, ld, Gemm.Region.FULL);
    } else {
      gemm.storeTo(target, base + column, ld, Gemm.Region.FULL);
    }
  }

  /**
   * Applies H to both sides of rows and columns start + 1 to the end of F, of which the upper triangle is read and written, and to
   * the right of C.
   *
   * @param c C in its first rows, and below them room for as many rows as the panel has reflectors; columns are those of F
   */
  void apply(double[] f, double[] c, int rowsOfC) {
    this.f = f;
    rows = c;
    carried = rowsOfC;
    int all = carried + count;
    inner = Scratch.atLeast(inner, (long) all * count);
    work.parallel.run(timesF, Blocking.ceilDiv(n, work.blocking.nc()), Parallel.inTiles((long) n * n * count));
    left.reserve(work.kernels.tileRows(), all, n);
    left.packRows(rows, base, ld, 0, all, 0, n, 1);
    work.scratch(0).gemm.left(left, 0, all).right(transposed, 0, count).depths(0, n).storeTo(inner, 0, count, Gemm.Region.FULL);
    for (int i = 0; i < carried * count; i++) {
      inner[i] *= 2;
    }
    combine(inner, all, -0.5, rows, true);
    packUpdate();
    trailing.add(f, order, base, 2 * half());
  }

  /** Some columns of Y = P·F. */
  private void timesF(int task, int slot) {
    int column = task * work.blocking.nc();
    int columns = Math.min(work.blocking.nc(), n - column);
    PackedMatrix b = work.scratch(slot).b;
    b.reserve(work.kernels.tileColumns(), columns, n);
    b.packSymmetric(f, base * order + base, order, column, columns, n);
    int y = carried * ld + base + column;
    work.scratch(slot).gemm.left(work.a, 0, count).right(b, 0, columns).depths(0, n).storeTo(rows, y, ld, Gemm.Region.FULL);
  }

  /** −V and −W, and W beside V, which is there already. */
  private void packUpdate() {
    int w = carried * ld + base;
    work.a.reserve(work.kernels.tileRows(), n, 2 * half());
    work.a.packColumns(v, base, ld, 0, n, 0, count, -1);
    work.a.packColumns(rows, w - half() * ld, ld, 0, n, half(), half() + count, -1);
    work.b.packColumns(rows, w, ld, 0, n, 0, count, 1);
  }
}
