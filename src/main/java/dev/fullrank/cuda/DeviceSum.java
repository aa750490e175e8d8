package dev.fullrank.cuda;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;

/** A weighted sum of matrices in double, dense on the device. */
public final class DeviceSum {
  private final CudaWorkspace workspace;
  private final DeviceBuffer total;
  private final DeviceBuffer part;
  private int rows;
  private int columns;

  /** A place for one sum at a time. */
  public DeviceSum(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.total = workspace.buffer();
    this.part = workspace.buffer();
  }

  private long elements() {
    return (long) rows * columns;
  }

  private long bytes() {
    return Math.multiplyExact(elements(), Double.BYTES);
  }

  /** The sum so far. */
  long total() {
    return total.atLeast(bytes());
  }

  /** Begins a sum of b×d matrices with zero. */
  public void start(int b, int d) {
    rows = b;
    columns = d;
    workspace.queue().fill(total(), 0, bytes());
  }

  /** Where the next term is written. */
  public Matrix part() {
    return Matrix.onDevice(
        workspace.session().device(), part.atLeast(bytes()), ElementType.FLOAT64, rows, columns, columns, workspace.stream());
  }

  /** Adds weight·part. */
  public void add(double weight) {
    workspace
        .kernel("pairs", "add_scaled")
        .address(total())
        .count(elements())
        .address(part.atLeast(bytes()))
        .number(weight)
        .launchElements(elements());
  }

  /** out := sum on the device, rounded once. */
  public void store(Matrix out) {
    workspace
        .kernel("rows", "row_gradient_f64" + CudaWorkspace.suffix(out.type()))
        .address(total())
        .count(columns)
        .address(0)
        .count(columns)
        .count(rows)
        .count(columns)
        .flag(false)
        .number(1)
        .address(0)
        .address(0)
        .address(0)
        .address(out.address())
        .count(out.rowStride())
        .launchBlocks(rows);
  }
}
