package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;

/** The difference of two matrices on the device, both widened to double: Σ(y1 − y2)², and multiples of y1 − y2. */
public final class DevicePair {
  private static final int TILE_ROWS = 64;
  private static final int TILE_COLUMNS = 128;

  /** Sums of the squares as they are, of squares times 2^1200 and of squares times 2^-1200. */
  private static final int SUMS = 3;

  private static final int EXPONENT = 1200;

  /** As for a sum of squares of {@link dev.fullrank.linalg.ColumnMoments}: below, terms may have been subnormal. */
  private static final double LEAST_SAFE = 0x1p-960;

  private final CudaWorkspace workspace;
  private final DeviceBuffer first;
  private final DeviceBuffer second;
  private final DeviceBuffer partial;
  private final DeviceBuffer sums;
  private final Readback readback;
  private int rows;
  private int columns;

  /** A place for one pair at a time. */
  public DevicePair(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.first = workspace.buffer();
    this.second = workspace.buffer();
    this.partial = workspace.buffer();
    this.sums = workspace.buffer();
    this.readback = workspace.readback();
  }

  /** Widens both and puts the sum into the stream. */
  public void compute(DeviceInput x1, DeviceInput x2) {
    rows = x1.rows();
    columns = x1.columns();
    widen(x1, first);
    widen(x2, second);
    int down = Math.ceilDiv(rows, TILE_ROWS);
    int across = Math.ceilDiv(columns, TILE_COLUMNS);
    long partials = (long) down * across;
    long places = partial.atLeast(SUMS * partials * Double.BYTES);
    workspace
        .kernel("pairs", "squared_distance")
        .address(first.atLeast(bytes()))
        .count(columns)
        .address(second.atLeast(bytes()))
        .count(columns)
        .count(rows)
        .count(columns)
        .address(places)
        .launch(across, down);
    for (int i = 0; i < SUMS; i++) {
      workspace
          .kernel("covariance", "sum")
          .count(partials)
          .address(places + i * partials * Double.BYTES)
          .address(sums() + (long) i * Double.BYTES)
          .launchOnce();
    }
    readback.start(sums(), SUMS * Double.BYTES);
  }

  private void widen(DeviceInput x, DeviceBuffer y) {
    x.kernel("rows", "pack" + CudaWorkspace.suffix(x.type()) + "_f64")
        .address(0)
        .address(0)
        .address(y.atLeast(bytes()))
        .count(columns)
        .address(0)
        .launchTiles(rows, columns);
  }

  private long bytes() {
    return Math.multiplyExact((long) rows * columns, Double.BYTES);
  }

  private long sums() {
    return sums.atLeast(SUMS * Double.BYTES);
  }

  /** Σ(y1 − y2)²/divisor, from the sum that stayed in range; waits for it. */
  public double meanSquare(double divisor) {
    MemorySegment host = readback.get(SUMS * Double.BYTES);
    double plain = CudaWorkspace.number(host, 0);
    if (plain == Double.POSITIVE_INFINITY) {
      return Math.scalb(CudaWorkspace.number(host, 2) / divisor, EXPONENT);
    }
    return plain < LEAST_SAFE ? Math.scalb(CudaWorkspace.number(host, 1) / divisor, -EXPONENT) : plain / divisor;
  }

  /** Adds pull·(y1 − y2) to a sum. */
  public void addDifference(double pull, DeviceSum sum) {
    workspace
        .kernel("pairs", "add_difference")
        .address(sum.total())
        .count(columns)
        .address(first.atLeast(bytes()))
        .count(columns)
        .address(second.atLeast(bytes()))
        .count(columns)
        .count(rows)
        .count(columns)
        .number(pull)
        .launchTiles(rows, columns);
  }
}
