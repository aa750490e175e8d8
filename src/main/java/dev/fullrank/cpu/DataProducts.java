package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Products of a square matrix and the caller's data that are stored into the caller's memory, with what follows them done to each
 * block while it is in the cache.
 *
 * <p>A task packs its columns (or rows) of Y whole before it stores the same columns (or rows) of the result, so the result may
 * be the very view that Y reads.
 */
final class DataProducts {
  /** Doubles of a block of whole rows: 256 KiB, a quarter of an L2 cache of 1 MiB; as much again holds the rows of Y. */
  private static final int ROW_BLOCK = 1 << 15;

  private final Workspace work;
  private final FloatTiles singles;
  private final Parallel.Job packLeft = this::packLeft;
  private final Parallel.Job packRight = this::packRight;
  private final Parallel.Job columns = this::columns;
  private final Parallel.Job rows = this::rows;

  private double[] square = {};
  private @Nullable Operand data;
  private double @Nullable [] weights;
  private boolean project;
  private boolean single;

  /** Whether products in single precision are the result, and memory takes them as they are. */
  private boolean plain;

  private @Nullable Matrix out;
  private int order;
  private int part;

  DataProducts(Workspace work) {
    this.work = work;
    this.singles = work.kernels.singles();
  }

  /** out := M·Y − Y·diag(q), with M·Y in single precision if {@code single}. */
  void left(double[] m, Operand y, double @Nullable [] q, Matrix out, boolean single) {
    begin(m, y, false, q, out, y.rows(), single);
    if (single) {
      work.singleA.reserve(singles.tileRows(), order, order);
    } else {
      work.a.reserve(work.kernels.tileRows(), order, order);
    }
    work.parallel.run(packLeft, Blocking.ceilDiv(order, work.blocking.mc()), (long) order * order);
    part = share(y.columns(), work.blocking.nc(), tileColumns());
    run(columns, Blocking.ceilDiv(y.columns(), part), y, out);
  }

  /** out := diag(factors)·(Y·M − diag(t)·Y) with t_i = ⟨y_i·M, y_i⟩ if {@code project}, else 0. */
  void right(Operand y, double[] m, boolean project, double @Nullable [] factors, Matrix out, boolean single) {
    begin(m, y, project, factors, out, y.columns(), single);
    if (single) {
      work.singleB.reserve(singles.tileColumns(), order, order);
    } else {
      work.b.reserve(work.kernels.tileColumns(), order, order);
    }
    work.parallel.run(packRight, Blocking.ceilDiv(order, work.blocking.nc()), (long) order * order);
    int tileRows = tileRows();
    int most = ROW_BLOCK / Blocking.roundUp(order, tileColumns());
    part = share(y.rows(), Math.max(tileRows, most - most % tileRows), tileRows);
    run(rows, Blocking.ceilDiv(y.rows(), part), y, out);
  }

  private int tileRows() {
    return single ? singles.tileRows() : work.kernels.tileRows();
  }

  private int tileColumns() {
    return single ? singles.tileColumns() : work.kernels.tileColumns();
  }

  private void begin(
      double[] m, Operand y, boolean project, double @Nullable [] weights, Matrix out, int order, boolean single) {
    this.single = single;
    this.plain = single && !project && weights == null && Panels.takesFloats(out);
    this.project = project;
    this.square = m;
    this.data = y;
    this.weights = weights;
    this.out = out;
    this.order = order;
  }

  private void run(Parallel.Job job, int tasks, Operand y, Matrix result) {
    boolean shareable = Parallel.mayShare(y.matrix().segment()) && Parallel.mayShare(result.segment());
    try {
      work.run(job, tasks, Parallel.inTiles((long) order * y.rows() * y.columns()), shareable);
    } finally {
      data = null;
      weights = null;
      out = null;
    }
  }

  /** Columns or rows of a task: at most so many, but some tasks for each participant. No sum is cut, so the bits stay. */
  private int share(int all, int most, int tile) {
    int wanted = Blocking.ceilDiv(all, 2 * work.parallel.parallelism());
    return Math.min(most, Blocking.roundUp(wanted, tile));
  }

  private void packLeft(int task, int slot) {
    int from = task * work.blocking.mc();
    int to = Math.min(from + work.blocking.mc(), order);
    if (single) {
      work.scratch(slot).singles.rounding.packRows(square, order, from, to, work.singleA);
    } else {
      work.a.packRows(square, 0, order, from, to, 0, order, 1);
    }
  }

  private void packRight(int task, int slot) {
    int from = task * work.blocking.nc();
    int to = Math.min(from + work.blocking.nc(), order);
    if (single) {
      work.scratch(slot).singles.rounding.packColumns(square, order, from, to, work.singleB);
    } else {
      work.b.packColumns(square, 0, order, from, to, 0, order, 1);
    }
  }

  /** LOOP 5: some columns of the result. */
  private void columns(int task, int slot) {
    Operand y = Objects.requireNonNull(data);
    Matrix result = Objects.requireNonNull(out);
    Scratch scratch = work.scratch(slot);
    int column = task * part;
    int count = Math.min(part, y.columns() - column);
    int ld = Blocking.roundUp(count, tileColumns());
    int mc = work.blocking.mc();
    if (single) {
      scratch.singles.b.reserve(tileColumns(), count, order);
      scratch.singles.packer.pack(y, false, column, count, 0, order, scratch.singles.b, 0);
    } else {
      scratch.b.reserve(tileColumns(), count, order);
      scratch.packer.pack(y, false, column, count, 0, order, scratch.b, 0);
    }
    double[] block = scratch.block(plain ? 0 : (long) mc * ld);
    // LOOP 3: blocks of M, mc rows each, stay in the L2 cache
    for (int row = 0; row < order; row += mc) {
      int height = Math.min(mc, order - row);
      int full = Blocking.roundUp(height, Tiles.LANES);
      if (single) {
        float[] pass = multiplySingles(scratch, work.singleA, row, full, scratch.singles.b, ld);
        if (plain) {
          scratch.panels.store(pass, 0, ld, result, row, height, column, count);
          continue;
        }
        Elements.widen(pass, 0, full * ld, block, 0, false);
      } else {
        scratch.gemm.left(work.a, row, full).right(scratch.b, 0, ld).depths(0, order).storeTo(block, 0, ld, Gemm.Region.FULL);
      }
      subtractWeighted(scratch, row, height, column, count, block, ld);
      scratch.panels.store(block, 0, ld, result, row, height, column, count);
    }
  }

  private float[] multiplySingles(Scratch scratch, FloatPackedMatrix a, int row, int full, FloatPackedMatrix b, int ld) {
    float[] block = scratch.singles.block((long) full * ld);
    scratch.singles.gemm.left(a, row, full).right(b, 0, ld).depths(0, order).storeTo(block, 0, ld, FloatGemm.Region.FULL);
    return block;
  }

  private void subtractWeighted(Scratch scratch, int row, int height, int column, int count, double[] block, int ld) {
    double[] q = weights;
    if (q == null) {
      return;
    }
    double[] line = scratch.line(count);
    for (int i = 0; i < height; i++) {
      if (single) {
        float[] narrow = scratch.singles.line(count);
        scratch.singles.b.getDepth(row + i, narrow, count);
        Elements.widen(narrow, 0, count, line, 0, false);
      } else {
        scratch.b.getDepth(row + i, line, count);
      }
      for (int j = 0; j < count; j++) {
        block[i * ld + j] -= line[j] * q[column + j];
      }
    }
  }

  /** LOOP 3: some whole rows of the result. */
  private void rows(int task, int slot) {
    Operand y = Objects.requireNonNull(data);
    Matrix result = Objects.requireNonNull(out);
    Scratch scratch = work.scratch(slot);
    int row = task * part;
    int count = Math.min(part, y.rows() - row);
    int full = Blocking.roundUp(count, Tiles.LANES);
    int ld = Blocking.roundUp(order, tileColumns());
    double[] block = scratch.block(plain ? 0 : (long) full * ld);
    if (single) {
      scratch.singles.a.reserve(tileRows(), count, order);
      scratch.singles.packer.pack(y, true, row, count, 0, order, scratch.singles.a, 0);
      float[] pass = multiplySingles(scratch, scratch.singles.a, 0, full, work.singleB, ld);
      if (plain) {
        scratch.panels.store(pass, 0, ld, result, row, count, 0, order);
        return;
      }
      Elements.widen(pass, 0, full * ld, block, 0, false);
    } else {
      scratch.a.reserve(tileRows(), count, order);
      scratch.packer.pack(y, true, row, count, 0, order, scratch.a, 0);
      scratch.gemm.left(scratch.a, 0, full).right(work.b, 0, ld).depths(0, order).storeTo(block, 0, ld, Gemm.Region.FULL);
    }
    finishRows(scratch, row, count, block, ld);
    scratch.panels.store(block, 0, ld, result, row, count, 0, order);
  }

  private void finishRows(Scratch scratch, int row, int count, double[] block, int ld) {
    double[] factors = weights;
    double[] line = scratch.line(order);
    for (int i = 0; i < count; i++) {
      if (project) {
        if (single) {
          float[] narrow = scratch.singles.line(order);
          scratch.singles.a.getLane(i, narrow, order);
          Elements.widen(narrow, 0, order, line, 0, false);
        } else {
          scratch.a.getLane(i, line, order);
        }
        double t = work.kernels.dot(block, i * ld, line, 0, order);
        work.kernels.axpy(-t, line, 0, block, i * ld, order);
      }
      if (factors != null) {
        work.kernels.scale(factors[row + i], block, i * ld, order);
      }
    }
  }
}
