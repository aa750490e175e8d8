package dev.fullrank.cpu;

import dev.fullrank.linalg.Operand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gram matrices of the caller's data, Y·Yᵀ or Yᵀ·Y, for the shorter side of Y.
 *
 * <p>Where G has many blocks, they are the tasks, and all share what is packed, chunk by chunk. Where G is small and its sums are
 * long, the sum is cut into slices, each with a partial G, which are added in order. The choice and the cuts depend on the shape
 * alone, so the bits do not depend on the number of threads; and nothing of the size of the longer side squared is ever made.
 */
final class Syrk {
  /** Enough for any machine to share, few enough that adding them up costs nothing. */
  private static final int MOST_SLICES = 64;

  /** A shared chunk is packed by all and read by all: from the L3 cache, which is that much larger than a core's own. */
  private static final int SHARED = 4;

  private final Workspace work;
  private final SymmetricProduct product;
  private final Parallel.Job pack = this::pack;
  private final Parallel.Job slice = this::slice;
  private final Parallel.Job addSlices = this::addSlices;

  private @Nullable Operand data;
  private boolean ofRows;
  private boolean single;
  private double[] result = {};
  private double[] partials = {};
  private int order;
  private int depth;
  private int lanes;
  private int from;
  private int to;
  private int sliceDepth;
  private int slices;

  Syrk(Workspace work, SymmetricProduct product) {
    this.work = work;
    this.product = product;
  }

  /** G := Y·Yᵀ if {@code ofRows}, else Yᵀ·Y; sums over kc in single precision if {@code single}. */
  void gram(Operand y, boolean ofRows, double[] g, boolean single) {
    data = y;
    this.single = single;
    this.ofRows = ofRows;
    result = g;
    order = ofRows ? y.rows() : y.columns();
    depth = ofRows ? y.columns() : y.rows();
    boolean shareable = Parallel.mayShare(y.matrix().segment());
    try {
      cut();
      if (slices > 1) {
        partials = work.partials((long) slices * order * order);
        work.run(slice, slices, Parallel.inTiles((long) order * order * depth / 2), shareable);
        work.parallel.run(addSlices, Blocking.ceilDiv(order, work.blocking.mc()), (long) slices * order * order);
      } else {
        chunks(shareable);
      }
    } finally {
      data = null;
    }
  }

  private void chunks(boolean shareable) {
    int chunk = chunk((long) SHARED * work.blocking.chunk());
    FloatTiles singles = work.kernels.singles();
    lanes =
        single
            ? Blocking.commonMultiple(singles.tileRows(), singles.tileColumns())
            : Blocking.commonMultiple(work.kernels.tileRows(), work.kernels.tileColumns());
    for (from = 0; from < depth; from = to) {
      to = Math.min(from + chunk, depth);
      if (single) {
        work.singleA.reserve(singles.tileRows(), order, to - from);
        work.singleB.reserve(singles.tileColumns(), order, to - from);
      } else {
        work.a.reserve(work.kernels.tileRows(), order, to - from);
        work.b.reserve(work.kernels.tileColumns(), order, to - from);
      }
      work.run(pack, Blocking.ceilDiv(order, lanes), 2L * order * (to - from), shareable);
      product.multiplyPacked(order, to - from, from > 0, result, single);
    }
  }

  /** As many slices as the partial sums have room for, none shorter than a pass. */
  private void cut() {
    int kc = work.blocking.kc();
    long room = work.blocking.partials() / ((long) order * order);
    int wanted = (int) Math.min(Math.min(MOST_SLICES, room), Blocking.ceilDiv(depth, kc));
    sliceDepth = Blocking.roundUp(Blocking.ceilDiv(depth, Math.max(1, wanted)), kc);
    slices = Blocking.ceilDiv(depth, sliceDepth);
  }

  /** Depth of a chunk of about so many doubles: whole passes. */
  private int chunk(long doubles) {
    int kc = work.blocking.kc();
    long deep = doubles / Blocking.roundUp(order, work.kernels.tileColumns());
    return (int) Math.max(kc, deep - deep % kc);
  }

  private Operand data() {
    return Objects.requireNonNull(data);
  }

  private void pack(int task, int slot) {
    int lane = task * lanes;
    int count = Math.min(lanes, order - lane);
    Scratch scratch = work.scratch(slot);
    if (single) {
      scratch.singles.packer.pack(data(), ofRows, lane, count, from, to - from, work.singleB, lane);
      work.singleA.copyLanes(work.singleB, lane, lane + count);
    } else {
      scratch.packer.pack(data(), ofRows, lane, count, from, to - from, work.b, lane);
      work.a.copyLanes(work.b, lane, lane + count);
    }
  }

  /** One slice of the sum, on one participant: chunk by chunk into its own partial G. */
  private void slice(int task, int slot) {
    Scratch scratch = work.scratch(slot);
    int begin = task * sliceDepth;
    int end = Math.min(begin + sliceDepth, depth);
    int chunk = chunk(work.blocking.chunk());
    for (int k = begin; k < end; k += chunk) {
      int deep = Math.min(chunk, end - k);
      if (single) {
        addSingles(scratch, k, deep, task * order * order, k > begin);
      } else {
        addDoubles(scratch, k, deep, task * order * order, k > begin);
      }
    }
  }

  private void addDoubles(Scratch scratch, int k, int deep, int base, boolean add) {
    scratch.a.reserve(work.kernels.tileRows(), order, deep);
    scratch.b.reserve(work.kernels.tileColumns(), order, deep);
    scratch.packer.pack(data(), ofRows, 0, order, k, deep, scratch.b, 0);
    scratch.a.copyLanes(scratch.b, 0, order);
    Gemm gemm = scratch.gemm.left(scratch.a, 0, order).right(scratch.b, 0, order).depths(0, deep);
    if (add) {
      gemm.addTo(partials, base, order, Gemm.Region.UPPER);
    } else {
      gemm.storeTo(partials, base, order, Gemm.Region.UPPER);
    }
  }

  private void addSingles(Scratch scratch, int k, int deep, int base, boolean add) {
    SingleScratch singles = scratch.singles;
    singles.a.reserve(work.kernels.singles().tileRows(), order, deep);
    singles.b.reserve(work.kernels.singles().tileColumns(), order, deep);
    singles.packer.pack(data(), ofRows, 0, order, k, deep, singles.b, 0);
    singles.a.copyLanes(singles.b, 0, order);
    float[] pass = singles.block((long) order * order);
    FloatGemm gemm = singles.gemm.left(singles.a, 0, order).right(singles.b, 0, order);
    int kc = work.blocking.kc();
    for (int q = 0; q < deep; q += kc) {
      gemm.depths(q, Math.min(q + kc, deep)).storeTo(pass, 0, order, FloatGemm.Region.UPPER);
      Elements.widen(pass, 0, order * order, partials, base, add || q > 0);
    }
  }

  private void addSlices(int task, int slot) {
    int row = task * work.blocking.mc();
    int rows = Math.min(work.blocking.mc(), order - row);
    for (int i = row; i < row + rows; i++) {
      int at = i * order + i;
      System.arraycopy(partials, at, result, at, order - i);
      for (int s = 1; s < slices; s++) {
        work.kernels.axpy(1, partials, s * order * order + at, result, at, order - i);
      }
    }
    product.mirror(result, order, row, rows, row, order - row);
  }
}
