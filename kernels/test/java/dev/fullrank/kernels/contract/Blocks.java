package dev.fullrank.kernels.contract;

import dev.fullrank.kernels.ptx.BlockOrder;
import dev.fullrank.kernels.ptx.Grid;
import java.util.List;

/**
 * The grid that suits a launch, and others that must give the same bits.
 *
 * @param sharedBytes dynamic shared memory of a block
 */
record Blocks(int x, int y, int threads, boolean fewerInX, boolean moreInY, int sharedBytes) {
  /** Threads of a block where there may be many blocks. */
  static final int THREADS = 256;

  /** Threads of a kernel that is one block. */
  static final int ONE = 1024;

  /** A warp, and the side of a tile. */
  static final int TILE = 32;

  private static final long SEED = 5;

  /** A kernel that is one block. */
  static Blocks one() {
    return new Blocks(1, 1, ONE, false, false, 0);
  }

  /** A kernel that loops over y. */
  static Blocks grid(int x, int y) {
    return new Blocks(x, y, THREADS, false, true, 0);
  }

  /** A kernel with a block for each tile of 32×32. */
  static Blocks tiles(int rows, int columns) {
    return grid(Math.ceilDiv(columns, TILE), Math.ceilDiv(rows, TILE));
  }

  /** A kernel with a block for each row or column, which loops over them. */
  static Blocks pieces(int count) {
    return new Blocks(count, 1, THREADS, true, false, 0);
  }

  /** A kernel with a block for each matrix, which loops over them, and dynamic shared memory. */
  static Blocks matrices(int count, int sharedBytes) {
    return new Blocks(count, 1, THREADS, true, false, sharedBytes);
  }

  /** A kernel with a thread for each element. */
  static Blocks elements(int count) {
    return new Blocks(Math.ceilDiv(count, THREADS), 1, THREADS, false, false, 0);
  }

  /** First the one that suits, then more blocks and fewer, as far as the contract lets. */
  List<Grid> grids() {
    Grid suits = new Grid(x, y, threads, sharedBytes);
    if (threads == ONE) {
      return List.of(suits);
    }
    Grid more = new Grid(x + 1, moreInY ? y + 2 : y, threads, sharedBytes, BlockOrder.reverse());
    if (x == 1 && y == 1) {
      return List.of(suits, more);
    }
    int fewerX = fewerInX ? Math.ceilDiv(x, 2) : x;
    int fewerY = moreInY ? Math.ceilDiv(y, 2) : y;
    Grid fewer = new Grid(fewerX, fewerY, threads, sharedBytes, BlockOrder.shuffled(SEED));
    return List.of(suits, more, fewer);
  }
}
