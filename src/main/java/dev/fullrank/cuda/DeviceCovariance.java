package dev.fullrank.cuda;

import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;

/**
 * The covariance penalty on the device, Σ_{i≠j} (YᵀY)_ij² with Y = X − mean in units of 1/common, a power of two that is 1 unless
 * fourth powers would leave the range of double.
 */
public final class DeviceCovariance {
  private final CudaWorkspace workspace;
  private final DeviceColumns columns;
  private final DeviceBuffer centred;
  private final DeviceBuffer gram;
  private final DeviceBuffer product;
  private final DeviceBuffer partial;

  /** The energy, then the unit, which is NaN if the matrix is not finite. */
  private final DeviceBuffer result;

  private final Readback readback;

  /**
   * What {@link #value} brings to the host.
   *
   * @param energy Σ_{i≠j} (YᵀY)_ij²; NaN if the matrix is not finite
   * @param exponent e of the unit 2^e
   */
  public record Value(double energy, int exponent) {}

  /** A term on these columns. */
  public DeviceCovariance(CudaWorkspace workspace, DeviceColumns columns) {
    this.workspace = workspace;
    this.columns = columns;
    this.centred = workspace.buffer();
    this.gram = workspace.buffer();
    this.product = workspace.buffer();
    this.partial = workspace.buffer();
    this.result = workspace.buffer();
    this.readback = workspace.readback();
  }

  /** Puts the computation of the energy, and of what the gradient needs, into the stream. */
  public void compute(DeviceInput x) {
    int b = x.rows();
    int d = x.columns();
    workspace
        .kernel("covariance", "covariance_unit")
        .count(d)
        .address(columns.squares())
        .address(columns.scale())
        .address(common())
        .launchOnce();
    x.kernel("covariance", "centre" + CudaWorkspace.suffix(x.type()))
        .address(columns.origin())
        .address(columns.delta())
        .address(columns.scale())
        .address(common())
        .address(centred(x))
        .count(d)
        .launchDeviations(b, d);
    // row-major Y is column-major Yᵀ: its product with its transpose is YᵀY, whose lower triangle is the upper one by rows
    workspace.queue().syrk(true, false, d, b, 1, centred(x), d, gram(d), d);
    long partials = partials(d);
    long sums = partial.atLeast(partials * Double.BYTES);
    workspace
        .kernel("covariance", "off_diagonal")
        .count(d)
        .address(gram(d))
        .count(d)
        .address(sums)
        .launch(KernelCall.tiles(d), KernelCall.tiles(d));
    workspace.kernel("covariance", "sum").count(partials).address(sums).address(result()).launchOnce();
    readback.start(result(), 2 * Double.BYTES);
  }

  /** One for each tile on or above the diagonal. */
  private static long partials(int d) {
    long tiles = KernelCall.tiles(d);
    return tiles * (tiles + 1) / 2;
  }

  private long gram(int d) {
    return gram.atLeast(Math.multiplyExact((long) d * d, Double.BYTES));
  }

  private long centred(DeviceInput x) {
    return centred.atLeast(bytes(x));
  }

  private static long bytes(DeviceInput x) {
    return Math.multiplyExact((long) x.rows() * x.columns(), Double.BYTES);
  }

  private long result() {
    return result.atLeast(2 * Double.BYTES);
  }

  private long common() {
    return result() + Double.BYTES;
  }

  /** The value; waits for it. */
  public Value value() {
    MemorySegment host = readback.get(2 * Double.BYTES);
    double unit = CudaWorkspace.number(host, 1);
    return new Value(Double.isNaN(unit) ? unit : CudaWorkspace.number(host, 0), -Math.getExponent(unit));
  }

  /**
   * out := factor·Y·offdiag(YᵀY) on the device, in the units of X; NaN everywhere if X is not finite.
   *
   * @param factor 4·upstream/(divisor·(n − 1)²) for the gradient of the penalty
   */
  public void gradient(DeviceInput x, double factor, Matrix out) {
    int b = x.rows();
    int d = x.columns();
    long w = product.atLeast(bytes(x));
    workspace.queue().gemm(true, false, false, d, b, d, 1, gram(d), d, centred(x), d, 0, w, d);
    workspace
        .kernel("covariance", "covariance_gradient" + CudaWorkspace.suffix(out.type()))
        .address(w)
        .count(d)
        .count(b)
        .count(d)
        .number(factor)
        .address(common())
        .address(out.address())
        .count(out.rowStride())
        .launchTiles(b, d);
  }
}
