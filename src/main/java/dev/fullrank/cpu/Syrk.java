package dev.fullrank.cpu;

import dev.fullrank.linalg.Operand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gram matrices of the caller's data, Y·Yᵀ or Yᵀ·Y, for the shorter side of Y.
 *
 * <p>The sum is cut into passes of depth kc, whose products are added in ascending order: G = (P₀ + P₁) + P₂ …; so no bit depends
 * on who forms them. Where G has many blocks, or one participant works, the blocks are the tasks: all share the packed data of a
 * pass, and add its product to G. Where G is small, passes are the tasks, each with a G of its own, as many at a time as there is
 * room for; and nothing of the size of the longer side squared is ever made.
 */
final class Syrk {
  private final Workspace work;
  private final SymmetricProduct product;
  private final Parallel.Job pack = this::pack;
  private final Parallel.Job pass = this::pass;
  private final Parallel.Job addPasses = this::addPasses;

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
  private int passes;

  Syrk(Workspace work, SymmetricProduct product) {
    this.work = work;
    this.product = product;
  }

  /** G := Y·Yᵀ if {@code ofRows}, else Yᵀ·Y; passes in single precision if {@code single}. */
  void gram(Operand y, boolean ofRows, double[] g, boolean single) {
    data = y;
    this.single = single;
    this.ofRows = ofRows;
    result = g;
    order = ofRows ? y.rows() : y.columns();
    depth = ofRows ? y.columns() : y.rows();
    boolean shareable = Parallel.mayShare(y.matrix().segment());
    long room = work.blocking.partials() / ((long) order * order);
    int atATime = (int) Math.min(room, Blocking.ceilDiv(depth, work.blocking.kc()));
    boolean several = work.parallel.mayShare(Parallel.inTiles((long) order * order * depth / 2));
    try {
      if (shareable && several && atATime > 1) {
        passByPass(atATime);
      } else {
        blockByBlock(shareable);
      }
    } finally {
      data = null;
    }
  }

  private void blockByBlock(boolean shareable) {
    FloatTiles singles = work.kernels.singles();
    lanes =
        single
            ? Blocking.commonMultiple(singles.tileRows(), singles.tileColumns())
            : Blocking.commonMultiple(work.kernels.tileRows(), work.kernels.tileColumns());
    for (from = 0; from < depth; from = to) {
      to = Math.min(from + work.blocking.kc(), depth);
      if (single) {
        work.singleA.reserve(singles.tileRows(), order, to - from);
        work.singleB.reserve(singles.tileColumns(), order, to - from);
      } else {
        work.a.reserve(work.kernels.tileRows(), order, to - from);
        work.b.reserve(work.kernels.tileColumns(), order, to - from);
      }
      work.run(pack, Blocking.ceilDiv(order, lanes), 2L * order * (to - from), shareable);
      product.addPacked(order, to - from, result, single, from > 0, to == depth);
    }
  }

  private void passByPass(int atATime) {
    int kc = work.blocking.kc();
    partials = work.partials((long) atATime * order * order);
    for (from = 0; from < depth; from += passes * kc) {
      passes = Math.min(atATime, Blocking.ceilDiv(depth - from, kc));
      work.parallel.run(pass, passes, Parallel.inTiles((long) order * order * passes * kc / 2));
      work.parallel.run(addPasses, Blocking.ceilDiv(order, work.blocking.mc()), (long) passes * order * order);
    }
  }

  private Operand data() {
    return Objects.requireNonNull(data);
  }

  private void pack(int task, int slot) {
    int lane = task * lanes;
    int count = Math.min(lanes, order - lane);
    Scratch scratch = work.scratch(slot);
    if (single) {
      scratch.singles.packer.pack(data(), ofRows, lane, count, from, to - from, work.singleB, work.singleA, lane);
    } else {
      scratch.packer.pack(data(), ofRows, lane, count, from, to - from, work.b, work.a, lane);
    }
  }

  /** The product of one pass, on one participant, into a G of its own. */
  private void pass(int task, int slot) {
    Scratch scratch = work.scratch(slot);
    int begin = from + task * work.blocking.kc();
    int deep = Math.min(work.blocking.kc(), depth - begin);
    int base = task * order * order;
    if (single) {
      SingleScratch singles = scratch.singles;
      singles.a.reserve(work.kernels.singles().tileRows(), order, deep);
      singles.b.reserve(work.kernels.singles().tileColumns(), order, deep);
      singles.packer.pack(data(), ofRows, 0, order, begin, deep, singles.b, singles.a, 0);
      float[] product = singles.block((long) order * order);
      singles.gemm.left(singles.a, 0, order).right(singles.b, 0, order).depths(0, deep);
      singles.gemm.storeTo(product, 0, order, FloatGemm.Region.UPPER);
      Elements.widen(product, 0, order * order, partials, base, false);
    } else {
      scratch.a.reserve(work.kernels.tileRows(), order, deep);
      scratch.b.reserve(work.kernels.tileColumns(), order, deep);
      scratch.packer.pack(data(), ofRows, 0, order, begin, deep, scratch.b, scratch.a, 0);
      scratch.gemm.left(scratch.a, 0, order).right(scratch.b, 0, order).depths(0, deep);
      scratch.gemm.storeTo(partials, base, order, Gemm.Region.UPPER);
    }
  }

  /** Some rows of G. */
  private void addPasses(int task, int slot) {
    int row = task * work.blocking.mc();
    int rows = Math.min(work.blocking.mc(), order - row);
    for (int i = row; i < row + rows; i++) {
      int at = i * order + i;
      for (int s = 0; s < passes; s++) {
        if (from == 0 && s == 0) {
          System.arraycopy(partials, at, result, at, order - i);
        } else {
          work.kernels.axpy(1, partials, s * order * order + at, result, at, order - i);
        }
      }
    }
    if (from + passes * work.blocking.kc() >= depth) {
      product.mirror(result, order, row, rows, row, order - row);
    }
  }
}
