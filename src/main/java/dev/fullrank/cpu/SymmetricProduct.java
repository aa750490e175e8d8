package dev.fullrank.cpu;

/** Products that are known to be symmetric: the upper triangle is computed, block by block, and mirrored. */
final class SymmetricProduct {
  /** Columns that are mirrored at a time: so many rows are written side by side, in few enough pages and cache sets. */
  private static final int STRIP = 16;

  private final Workspace work;
  private final Parallel.Job pack = this::pack;
  private final UpperTriangle blocks;

  private double[] left = {};
  private double[] right = {};
  private double[] result = {};
  private int order;
  private int depth;
  private boolean add;
  private boolean last = true;
  private boolean single;

  SymmetricProduct(Workspace work) {
    this.work = work;
    this.blocks = new UpperTriangle(work, this::block);
  }

  /** C := A·B, of which the caller knows that it is symmetric. */
  void multiply(double[] a, double[] b, double[] c, int m) {
    left = a;
    right = b;
    order = m;
    work.a.reserve(work.kernels.tileRows(), m, m);
    work.b.reserve(work.kernels.tileColumns(), m, m);
    work.parallel.run(pack, 2 * Blocking.ceilDiv(m, work.blocking.nc()), 2L * m * m);
    multiplyPacked(m, m, c, false);
  }

  /**
   * C := A·B, or the upper triangle of C += A·B, for factors that are packed already.
   *
   * @param last whether nothing will be added any more, so that the triangle is mirrored
   */
  void addPacked(int m, int depth, double[] c, boolean single, boolean add, boolean last) {
    this.add = add;
    this.last = last;
    multiplyPacked(m, depth, c, single);
    this.add = false;
    this.last = true;
  }

  private void multiplyPacked(int m, int depth, double[] c, boolean single) {
    order = m;
    this.depth = depth;
    this.single = single;
    result = c;
    blocks.run(m, Parallel.inTiles((long) m * m * depth / 2));
  }

  private void pack(int task, int slot) {
    int parts = Blocking.ceilDiv(order, work.blocking.nc());
    boolean isLeft = task < parts;
    int lanes = isLeft ? Blocking.roundUp(work.blocking.nc(), work.kernels.tileRows()) : work.blocking.nc();
    int from = task % parts * lanes;
    int to = Math.min(from + lanes, order);
    if (isLeft) {
      work.a.packRows(left, 0, order, from, to, 0, order, 1);
    } else {
      work.b.packColumns(right, 0, order, from, to, 0, order, 1);
    }
  }

  /** LOOPS 5 and 3: one block of C, and its mirror image. */
  private void block(int slot, int row, int rows, int column, int columns) {
    if (single) {
      multiplySingles(work.scratch(slot).singles, row, rows, column, columns);
    } else {
      multiplyDoubles(work.scratch(slot), row, rows, column, columns);
    }
    if (last) {
      mirror(result, order, row, rows, column, columns);
    }
  }

  private void multiplyDoubles(Scratch scratch, int row, int rows, int column, int columns) {
    int nc = work.blocking.nc();
    double[] c = scratch.block((long) work.blocking.mc() * nc);
    scratch
        .gemm
        .left(work.a, row, Blocking.roundUp(rows, Tiles.LANES))
        .right(work.b, column, Blocking.roundUp(columns, work.kernels.tileColumns()))
        .depths(0, depth)
        .storeTo(c, 0, nc, Gemm.Region.UPPER);
    int height = Math.min(rows, column + columns - row); // rows below have nothing above the diagonal
    for (int i = 0; i < height; i++) {
      int first = Math.max(0, row + i - column);
      int at = (row + i) * order + column + first;
      if (add) {
        work.kernels.axpy(1, c, i * nc + first, result, at, columns - first);
      } else {
        System.arraycopy(c, i * nc + first, result, at, columns - first);
      }
    }
  }

  /** Sums over kc in single precision, which are added in double. */
  private void multiplySingles(SingleScratch scratch, int row, int rows, int column, int columns) {
    FloatTiles tiles = work.kernels.singles();
    int nc = work.blocking.nc();
    int part = work.blocking.kc();
    int full = Blocking.roundUp(rows, Tiles.LANES);
    float[] pass = scratch.block((long) full * nc);
    FloatGemm gemm =
        scratch.gemm.left(work.singleA, row, full).right(work.singleB, column, Blocking.roundUp(columns, tiles.tileColumns()));
    int height = Math.min(rows, column + columns - row);
    for (int k = 0; k < depth; k += part) {
      gemm.depths(k, Math.min(k + part, depth)).storeTo(pass, 0, nc, FloatGemm.Region.UPPER);
      for (int i = 0; i < height; i++) {
        int first = Math.max(0, row + i - column);
        Elements.widen(pass, i * nc + first, columns - first, result, (row + i) * order + column + first, add || k > 0);
      }
    }
  }

  /** Copies what lies above the diagonal in a block of a square matrix to below it. */
  void mirror(double[] c, int order, int row, int rows, int column, int columns) {
    int bottom = row + rows;
    for (int left = column; left < column + columns; left += STRIP) {
      int right = Math.min(left + STRIP, column + columns);
      int i = row;
      for (; i <= bottom - Tiles.LANES && i < right; i += Tiles.LANES) {
        mirrorOneByOne(c, order, i, i + Tiles.LANES, left, Math.min(right, i + Tiles.LANES));
        int j = Math.max(left, i + Tiles.LANES);
        if (j < right) {
          work.kernels.interleave(right - j, 1, c, i * order + j, order, c, j * order + i, order);
        }
      }
      mirrorOneByOne(c, order, i, bottom, left, right);
    }
  }

  private static void mirrorOneByOne(double[] c, int order, int top, int bottom, int left, int right) {
    for (int i = top; i < bottom; i++) {
      for (int j = Math.max(left, i + 1); j < right; j++) {
        c[j * order + i] = c[i * order + j];
      }
    }
  }
}
