package dev.fullrank.cuda;

import dev.fullrank.ElementType;

/**
 * Mean and sum of squared deviations of each column, on the device: {@link dev.fullrank.linalg.ColumnMoments} there. Column j is in
 * units of 1/scale_j, a power of two that is 1 unless squares would leave the range of double; its mean is origin_j + delta_j.
 *
 * <p>Rows are cut into chunks, chunks are merged in order (Chan, Golub and LeVeque 1979); the cuts depend on the shape alone.
 */
public final class DeviceColumns {
  private static final int TILE = 32;

  /** A chunk's first row is the origin of its sums, which costs log2 of its rows of the 53 bits of a square at worst. */
  private static final int MOST_ROWS = 1024;

  /** What a block loads before it adds: four rows for each of 32 threads below each other. */
  private static final int ROUND = 128;

  /** Eight blocks of 256 threads on each of 256 multiprocessors. */
  private static final int BLOCKS = 2048;

  /** A thread merges the chunks of a column one after the other; more only where a chunk would have too many rows. */
  private static final int MOST_CHUNKS = 64;

  private final CudaWorkspace workspace;
  private final DeviceBuffer origin;
  private final DeviceBuffer delta;
  private final DeviceBuffer squares;
  private final DeviceBuffer scale;
  private final DeviceBuffer pending;
  private final DeviceBuffer chunkDelta;
  private final DeviceBuffer chunkSquares;
  private boolean rescued;
  private int columns;

  /** A place for the moments of one matrix at a time. */
  public DeviceColumns(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.origin = workspace.buffer();
    this.delta = workspace.buffer();
    this.squares = workspace.buffer();
    this.scale = workspace.buffer();
    this.pending = workspace.buffer();
    this.chunkDelta = workspace.buffer();
    this.chunkSquares = workspace.buffer();
  }

  /** Takes the moments of a matrix of at least one row. */
  public void compute(DeviceInput x) {
    columns = x.columns();
    rescued = x.type() == ElementType.FLOAT64;
    int chunkRows = rowsOfChunk(x.rows(), columns);
    pass(x, chunkRows, 0, 0);
    if (rescued) { // squares of narrower types fit into a double
      long flag = pending.atLeast(Double.BYTES);
      workspace
          .kernel("columns", "column_rescue")
          .count(columns)
          .address(origin())
          .address(squares())
          .address(scale.atLeast(vector()))
          .address(flag)
          .launchOnce();
      pass(x, chunkRows, scale(), flag);
    }
  }

  private void pass(DeviceInput x, int chunkRows, long scales, long flag) {
    int chunks = Math.ceilDiv(x.rows(), chunkRows);
    long partials = Math.multiplyExact(vector(), (long) chunks);
    x.kernel("columns", "column_moments" + CudaWorkspace.suffix(x.type()))
        .count(chunkRows)
        .address(scales)
        .address(flag)
        .address(origin.atLeast(vector()))
        .address(chunkDelta.atLeast(partials))
        .address(chunkSquares.atLeast(partials))
        .launch(Math.ceilDiv(columns, TILE), chunks);
    workspace
        .kernel("columns", "column_merge")
        .count(x.rows())
        .count(columns)
        .count(chunkRows)
        .address(chunkDelta.atLeast(partials))
        .address(chunkSquares.atLeast(partials))
        .address(flag)
        .address(delta.atLeast(vector()))
        .address(squares.atLeast(vector()))
        .launchElements(columns);
  }

  /** Rows of a chunk: enough blocks to fill a device, whatever the shape, but no more chunks than are merged in no time. */
  static int rowsOfChunk(int b, int d) {
    long forBlocks = Math.ceilDiv((long) b * Math.ceilDiv(d, TILE), BLOCKS);
    long rows = Math.max(forBlocks, Math.ceilDiv(b, MOST_CHUNKS));
    return Math.clamp(Math.ceilDiv(rows, ROUND) * ROUND, ROUND, MOST_ROWS);
  }

  private long vector() {
    return (long) columns * Double.BYTES;
  }

  int columns() {
    return columns;
  }

  long origin() {
    return origin.atLeast(vector());
  }

  long delta() {
    return delta.atLeast(vector());
  }

  long squares() {
    return squares.atLeast(vector());
  }

  /** Null, which stands for ones, where no column can need another unit. */
  long scale() {
    return rescued ? scale.atLeast(vector()) : 0;
  }
}
