package dev.fullrank.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The parameters of one launch at a time, each of 64 bits, in native memory: nothing is allocated for a launch, and JNI has no arrays to
 * walk. One thread at a time.
 *
 * <pre>{@code call.to(function).address(x).count(n).number(0.5).launchBlocks(n)}</pre>
 */
final class KernelCall {
  /** More than any kernel has. */
  private static final int MOST = 16;

  /** Rows and columns of a tile. */
  private static final int TILE = 32;

  /** Columns of a warp whose threads have four each. */
  private static final int QUADS = 128;

  private static final int DEVIATION_ROWS = 64;

  private static final int THREADS = 256;
  private static final int ONE_BLOCK = 1024;

  /** The most blocks that CUDA allows in the two directions of a grid. */
  private static final long MOST_ACROSS = Integer.MAX_VALUE;

  private static final long MOST_DOWN = 65_535;

  private final CudaQueue queue;
  private final MemorySegment values;
  private final MemorySegment addresses;
  private long function;
  private int count;

  KernelCall(CudaQueue queue, Arena arena) {
    this.queue = queue;
    this.values = arena.allocate(ValueLayout.JAVA_LONG, MOST);
    this.addresses = arena.allocate(ValueLayout.JAVA_LONG, MOST);
    for (int i = 0; i < MOST; i++) {
      addresses.setAtIndex(ValueLayout.JAVA_LONG, i, values.address() + (long) i * Long.BYTES);
    }
  }

  /** Begins the call of a function. */
  KernelCall to(long kernel) {
    function = kernel;
    count = 0;
    return this;
  }

  /** The next parameter, a device address; 0 is null. */
  KernelCall address(long address) {
    values.setAtIndex(ValueLayout.JAVA_LONG, count++, address);
    return this;
  }

  /** The next parameter, an integer. */
  KernelCall count(long value) {
    return address(value);
  }

  /** The next parameter, a truth value as 0 or 1. */
  KernelCall flag(boolean value) {
    return address(value ? 1 : 0);
  }

  /** The next parameter, a double. */
  KernelCall number(double value) {
    return address(Double.doubleToRawLongBits(value));
  }

  /** Tiles along a side of so many elements. */
  static int tiles(int side) {
    return Math.ceilDiv(side, TILE);
  }

  /** Launches a kernel that takes a matrix tile by tile, 32 columns a block, and loops over the rows that are more than a grid has. */
  void launchTiles(long rows, long columns) {
    launch(Math.ceilDiv(columns, TILE), Math.ceilDiv(rows, TILE), THREADS);
  }

  /** Launches a kernel that has a thread for each of so many elements. */
  void launchElements(long elements) {
    launch(Math.ceilDiv(elements, THREADS), 1, THREADS);
  }

  /** Launches a kernel of deviations from column means: 128 columns a block, and eight rows for each of its warps. */
  void launchDeviations(long rows, long columns) {
    launch(Math.ceilDiv(columns, QUADS), Math.ceilDiv(rows, DEVIATION_ROWS), THREADS);
  }

  /** Launches a kernel whose blocks take so many pieces of work, one after the other if there are more than blocks. */
  void launchBlocks(long pieces) {
    launch(pieces, 1, THREADS);
  }

  /** The same with dynamic shared memory. */
  void launchBlocks(long pieces, int sharedBytes) {
    launch(pieces, 1, THREADS, sharedBytes);
  }

  /** Launches a kernel that is one block. */
  void launchOnce() {
    launch(1, 1, ONE_BLOCK);
  }

  /** Launches blocks of the size that kernels have; those of them that loop take what is more than a grid may have. */
  void launch(long gridX, long gridY) {
    launch(gridX, gridY, THREADS);
  }

  private void launch(long gridX, long gridY, int threads) {
    launch(gridX, gridY, threads, 0);
  }

  private void launch(long gridX, long gridY, int threads, int sharedBytes) {
    int x = (int) Math.min(gridX, MOST_ACROSS);
    int y = (int) Math.min(gridY, MOST_DOWN);
    queue.launch(function, x, y, threads, sharedBytes, addresses.address());
  }
}
