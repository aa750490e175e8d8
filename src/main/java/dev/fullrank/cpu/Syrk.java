package dev.fullrank.cpu;

import dev.fullrank.linalg.Operand;
import java.util.Arrays;

/**
 * Symmetric products: one triangle is computed, block by block, and mirrored.
 *
 * <p>Two shapes of Gram matrix. Where G has many blocks, they are the tasks, and all share what is packed. Where G is small and its
 * sums are long, the sum is cut into slices with a partial G each, which are added in order. The choice and the cuts depend on
 * the shape alone, so the bits do not depend on the number of threads.
 */
final class Syrk {
  /** Enough for any machine to share, few enough that adding them up costs nothing. */
  private static final int MOST_SLICES = 64;

  /** A shared chunk is packed by all and read by all; larger than a task's own by what an L3 cache is larger than an L2 cache. */
  private static final int SHARED = 16;

  private final Workspace work;
  private final Parallel.Job packData = this::packData;
  private final Parallel.Job packSquare = this::packSquare;
  private final Parallel.Job block = this::block;
  private final Parallel.Job slice = this::slice;
  private final Parallel.Job addSlices = this::addSlices;

  private Operand data = new Operand();
  private boolean ofRows;
  private double[] left = {};
  private double[] right = {};
  private double[] result = {};
  private double[] partials = {};
  private int order;
  private int from;
  private int to;
  private int sliceDepth;
  private int slices;
  private boolean add;
  private Gemm.Region region = Gemm.Region.UPPER;

  Syrk(Workspace work) {
    this.work = work;
  }

  /** G := Y·Yᵀ if {@code ofRows}, else Yᵀ·Y. */
  void gram(Operand y, boolean ofRows, double[] g) {
    this.data = y;
    this.ofRows = ofRows;
    this.result = g;
    this.region = Gemm.Region.UPPER;
    order = ofRows ? y.rows() : y.columns();
    int depth = ofRows ? y.columns() : y.rows();
    boolean shareable = Parallel.mayShare(y.matrix().segment());
    cut(depth);
    if (slices > 1) {
      partials = work.partials((long) slices * order * order);
      to = depth;
      work.run(slice, slices, flops(depth), shareable);
      work.parallel.run(addSlices, Blocking.ceilDiv(order, work.blocking.mc()), (long) slices * order * order);
    } else {
      int chunk = chunk((long) SHARED * work.blocking.chunk());
      for (from = 0; from < depth; from = to) {
        to = Math.min(from + chunk, depth);
        add = from > 0;
        work.a.reserve(work.kernels.tileRows(), order, to - from);
        work.b.reserve(work.kernels.tileColumns(), order, to - from);
        work.run(packData, 2 * Blocking.ceilDiv(order, work.blocking.nc()), 2L * order * (to - from), shareable);
        runBlocks(to - from);
      }
    }
    data = NOTHING;
  }

  private static final Operand NOTHING = new Operand();

  /** C := A·B, of which the caller knows that it is symmetric. */
  void product(double[] a, double[] b, double[] c, int m) {
    packAndMultiply(a, b, c, m, Gemm.Region.UPPER);
  }

  /** C := U·Uᵀ for upper triangular U, with zeros below the diagonal. */
  void triangleSquared(double[] u, double[] c, int m) {
    packAndMultiply(u, u, c, m, Gemm.Region.UPPER_OF_TRIANGULAR);
  }

  private void packAndMultiply(double[] a, double[] b, double[] c, int m, Gemm.Region region) {
    left = a;
    right = b;
    result = c;
    order = m;
    this.region = region;
    add = false;
    work.a.reserve(work.kernels.tileRows(), m, m);
    work.b.reserve(work.kernels.tileColumns(), m, m);
    work.parallel.run(packSquare, 2 * Blocking.ceilDiv(m, work.blocking.nc()), 2L * m * m);
    from = 0;
    to = m;
    runBlocks(m);
  }

  private long flops(int depth) {
    return (long) order * order * depth;
  }

  private void runBlocks(int depth) {
    int across = Blocking.ceilDiv(order, work.blocking.nc());
    work.parallel.run(block, across * Blocking.ceilDiv(order, work.blocking.mc()), flops(depth));
  }

  /** As many slices as the partial sums have room for, none shorter than a pass. */
  private void cut(int depth) {
    long room = work.blocking.partials() / Math.max(1L, (long) order * order);
    int kc = work.blocking.kc();
    int wanted = (int) Math.min(Math.min(MOST_SLICES, room), Blocking.ceilDiv(depth, kc));
    sliceDepth = Blocking.roundUp(Blocking.ceilDiv(depth, Math.max(1, wanted)), kc);
    slices = Blocking.ceilDiv(depth, sliceDepth);
  }

  /** Depth of a chunk of about so many doubles: whole passes. */
  private int chunk(long doubles) {
    int kc = work.blocking.kc();
    long depth = doubles / Blocking.roundUp(order, work.kernels.tileColumns());
    return (int) Math.max(kc, depth - depth % kc);
  }

  private void packData(int task, int slot) {
    int lanes = work.blocking.nc();
    int parts = Blocking.ceilDiv(order, lanes);
    PackedMatrix into = task < parts ? work.a : work.b;
    int unit = Blocking.roundUp(lanes, into.width());
    int first = task % parts * unit;
    if (first < order) {
      work.scratch(slot).panels.pack(data, ofRows, first, Math.min(unit, order - first), from, to - from, into, first);
    }
  }

  private void packSquare(int task, int slot) {
    int lanes = work.blocking.nc();
    int parts = Blocking.ceilDiv(order, lanes);
    boolean isLeft = task < parts;
    PackedMatrix into = isLeft ? work.a : work.b;
    int unit = Blocking.roundUp(lanes, into.width());
    int first = task % parts * unit;
    int end = Math.min(first + unit, order);
    if (isLeft || region == Gemm.Region.UPPER_OF_TRIANGULAR) {
      int k0 = isLeft && region == Gemm.Region.UPPER ? 0 : first & ~1;
      into.packRows(isLeft ? left : right, 0, order, first, end, k0, order, 1);
    } else {
      into.packColumns(right, 0, order, first, end, 0, order, 1);
    }
  }

  /** LOOPS 5 and 3: one block of C, all of the depth that is packed. */
  private void block(int task, int slot) {
    int mc = work.blocking.mc();
    int nc = work.blocking.nc();
    int across = Blocking.ceilDiv(order, nc);
    int row = task / across * mc;
    int column = task % across * nc;
    int rows = Math.min(mc, order - row);
    int columns = Math.min(nc, order - column);
    if (column + columns <= row) {
      return;
    }
    Scratch scratch = work.scratch(slot);
    double[] c = scratch.block((long) mc * nc);
    Arrays.fill(c, 0, mc * nc, 0);
    int depth = to - from;
    int fullRows = Blocking.roundUp(rows, work.kernels.tileRows());
    int fullColumns = Blocking.roundUp(columns, work.kernels.tileColumns());
    work.gemm.add(work.a, row, fullRows, work.b, column, fullColumns, 0, depth, region, c, 0, nc, scratch.edge);
    for (int i = 0; i < rows; i++) {
      for (int j = Math.max(0, row + i - column); j < columns; j++) {
        int at = (row + i) * order + column + j;
        result[at] = add ? result[at] + c[i * nc + j] : c[i * nc + j];
      }
    }
    mirror(row, rows, column, columns);
  }

  /** Copies what lies above the diagonal of a block to below it. */
  private void mirror(int row, int rows, int column, int columns) {
    for (int j = column; j < column + columns; j++) {
      for (int i = row; i < Math.min(row + rows, j); i++) {
        result[j * order + i] = result[i * order + j];
      }
    }
  }

  /** One slice of the sum, on one participant: chunk by chunk into its own partial G. */
  private void slice(int task, int slot) {
    Scratch scratch = work.scratch(slot);
    int base = task * order * order;
    Arrays.fill(partials, base, base + order * order, 0);
    int end = Math.min((task + 1) * sliceDepth, to);
    int chunk = chunk(work.blocking.chunk());
    for (int k = task * sliceDepth; k < end; k += chunk) {
      int depth = Math.min(chunk, end - k);
      scratch.a.reserve(work.kernels.tileRows(), order, depth);
      scratch.b.reserve(work.kernels.tileColumns(), order, depth);
      scratch.panels.pack(data, ofRows, 0, order, k, depth, scratch.a, 0);
      scratch.panels.pack(data, ofRows, 0, order, k, depth, scratch.b, 0);
      work.gemm.add(
          scratch.a, 0, order, scratch.b, 0, order, 0, depth, Gemm.Region.UPPER, partials, base, order, scratch.edge);
    }
  }

  private void addSlices(int task, int slot) {
    int row = task * work.blocking.mc();
    int rows = Math.min(work.blocking.mc(), order - row);
    for (int i = row; i < row + rows; i++) {
      int at = i * order;
      System.arraycopy(partials, at + i, result, at + i, order - i);
      for (int s = 1; s < slices; s++) {
        int base = s * order * order + at;
        for (int j = i; j < order; j++) {
          result[at + j] += partials[base + j];
        }
      }
    }
    mirror(row, rows, row, order - row);
  }
}
