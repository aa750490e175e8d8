package dev.fullrank.cuda;

import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;

/** The variance hinge on the device: v = (1/d)·Σ_j max(0, γ − S_j), S_j = √(variance_j + ε). */
public final class DeviceHinge {
  private static final int RESULTS = 6;

  private final CudaWorkspace workspace;
  private final DeviceColumns columns;
  private final DeviceBuffer slope;
  private final DeviceBuffer result;
  private final Readback readback;

  /**
   * What {@link #value} brings to the host.
   *
   * @param value v; NaN if the matrix is not finite
   * @param active columns below γ
   * @param dead constant columns
   * @param smallestStd the least S_j
   * @param meanStd the mean of S_j
   * @param finite whether the matrix is
   */
  public record Value(double value, int active, int dead, double smallestStd, double meanStd, boolean finite) {}

  /** A term on these columns. */
  public DeviceHinge(CudaWorkspace workspace, DeviceColumns columns) {
    this.workspace = workspace;
    this.columns = columns;
    this.slope = workspace.buffer();
    this.result = workspace.buffer();
    this.readback = workspace.readback();
  }

  /**
   * Puts the computation of value and slopes into the stream.
   *
   * @param divisor of the sums of squares
   */
  public void compute(double divisor, double gamma, double epsilon) {
    workspace
        .kernel("hinge", "hinge_value")
        .count(columns.columns())
        .address(columns.squares())
        .address(columns.scale())
        .number(divisor)
        .number(gamma)
        .number(epsilon)
        .address(slope.atLeast((long) columns.columns() * Double.BYTES))
        .address(result())
        .launchOnce();
    readback.start(result(), RESULTS * Double.BYTES);
  }

  private long result() {
    return result.atLeast(RESULTS * Double.BYTES);
  }

  /** The value; waits for it. */
  public Value value() {
    MemorySegment host = readback.get(RESULTS * Double.BYTES);
    boolean finite = CudaWorkspace.number(host, 5) != 0;
    return new Value(
        finite ? CudaWorkspace.number(host, 0) : Double.NaN,
        (int) CudaWorkspace.number(host, 1),
        (int) CudaWorkspace.number(host, 2),
        CudaWorkspace.number(host, 3),
        CudaWorkspace.number(host, 4),
        finite);
  }

  /** out := upstream·∂v/∂x on the device; NaN everywhere if x is not finite. */
  public void gradient(DeviceInput x, double upstream, Matrix out) {
    x.kernel("hinge", "hinge_gradient" + CudaWorkspace.suffix(x.type()) + CudaWorkspace.suffix(out.type()))
        .address(columns.origin())
        .address(columns.delta())
        .address(columns.scale())
        .address(slope.atLeast((long) columns.columns() * Double.BYTES))
        .number(upstream)
        .address(result())
        .address(out.address())
        .count(out.rowStride())
        .launchDeviations(x.rows(), x.columns());
  }
}
