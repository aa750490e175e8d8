package dev.fullrank.cuda;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.RankPolicy;
import dev.fullrank.Route;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * ‖Y‖_* = Σσ on the device with an enclosure, and its subgradient, by certified singular value decompositions. Y is X with rows divided by
 * their norms, or X times a power of two u, so that no square leaves the range.
 *
 * <p>{@link #compute} only puts work into the stream; {@link #settle} waits for it, believes it if the certificate holds, and otherwise
 * decomposes once more, in double if that was not so, and at last by gesvd.
 */
public final class DeviceNuclearNorm {
  /** Single precision leaves k units of its last place in orthogonal factors, which the certificate sees some ten times as large. */
  private static final double SINGLE_ROUNDOFF = 0x1p-18;

  private static final int NOT_FINITE = -1;

  private final CudaWorkspace workspace;
  private final SvdPolar svd;
  private final SvdCertificate certificate;
  private final DeviceBuffer unit;
  private final DeviceBuffer squares;
  private final DeviceBuffer inverse;
  private final DeviceBuffer y;
  private final DeviceBuffer rowMajorPolar;
  private final DeviceBuffer report;
  private boolean normalize;
  private RankPolicy policy = RankPolicy.MINIMAL_NORM;
  private double tolerance;
  private boolean wide;
  private boolean settled;
  private long firstNonFinite;
  private double sum;
  private double error;
  private int rank;
  private double squaredNorm;
  private double largestRowSum;
  private double scale;
  private Route route = Route.AUTO;

  /** A place for one evaluation at a time. */
  public DeviceNuclearNorm(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.svd = new SvdPolar(workspace);
    this.certificate = new SvdCertificate(workspace);
    this.unit = workspace.buffer();
    this.squares = workspace.buffer();
    this.inverse = workspace.buffer();
    this.y = workspace.buffer();
    this.rowMajorPolar = workspace.buffer();
    this.report = workspace.buffer();
  }

  /** Puts everything up to the certificate into the stream. */
  public void compute(DeviceInput x, boolean normalize, RankPolicy policy, double tolerance) {
    this.normalize = normalize;
    this.policy = policy;
    this.tolerance = tolerance;
    settled = false;
    int b = x.rows();
    int d = x.columns();
    wide = b <= d;
    workspace.queue().fill(report(), 0xFF, Report.offset(Report.PLACES));
    scan(x);
    int k = Math.min(b, d);
    pack(x, x.type() == ElementType.FLOAT64 || tolerance < k * SINGLE_ROUNDOFF);
    decompose(x, true);
  }

  /** Y in double or in single precision. */
  private void pack(DeviceInput x, boolean doubles) {
    int b = x.rows();
    int d = x.columns();
    svd.prepare(doubles, Math.max(b, d), Math.min(b, d));
    x.kernel("rows", "pack" + CudaWorkspace.suffix(x.type()) + svd.suffix())
        .address(unit(b))
        .address(inverse(b))
        .address(y(x))
        .count(d)
        .address(report() + Report.offset(Report.FIRST_NONFINITE))
        .launchTiles(b, d);
  }

  private void scan(DeviceInput x) {
    int b = x.rows();
    x.kernel("rows", "row_scan" + CudaWorkspace.suffix(x.type()))
        .address(unit(b))
        .address(squares(b))
        .address(report() + Report.offset(Report.FIRST_NONFINITE))
        .launchBlocks(b);
    workspace
        .kernel("rows", "row_units")
        .count(b)
        .flag(normalize)
        .address(unit(b))
        .address(squares(b))
        .address(inverse(b))
        .address(report() + Report.offset(Report.ROWS))
        .launchOnce();
  }

  private void decompose(DeviceInput x, boolean jacobi) {
    int b = x.rows();
    int d = x.columns();
    long a = svd.a();
    if (wide) {
      workspace.queue().copy(a, y(x), svd.bytes((long) b * d));
    } else {
      transpose(y(x), b, d, a);
    }
    svd.decompose(jacobi, report());
    double threshold = svd.n() * (svd.doubles() ? Math.ulp(1.0) : Math.ulp(1.0f));
    svd.form(threshold, policy == RankPolicy.COMPLETION, report());
    certificate.check(svd, y(x), b, d, wide, report());
    route = jacobi ? Route.JACOBI : Route.BIDIAGONAL;
  }

  /** The row-major matrix `to`, columns×rows, becomes the transpose of `from`, rows×columns. */
  private void transpose(long from, int rows, int columns, long to) {
    workspace
        .kernel("rows", "transpose" + svd.suffix())
        .address(from)
        .count(columns)
        .count(rows)
        .count(columns)
        .address(to)
        .count(rows)
        .launchTiles(rows, columns);
  }

  /**
   * Waits for the result; does nothing if that was done before.
   *
   * @throws ArithmeticException if no decomposition can be certified
   */
  public void settle(DeviceInput x) {
    if (settled) {
      return;
    }
    if (!accept() && !svd.doubles()) {
      pack(x, true);
      decompose(x, true);
      accept();
    }
    if (!settled) {
      decompose(x, false);
      accept();
    }
    if (!settled) {
      throw new ArithmeticException(
          "no decomposition of this " + x.rows() + "×" + x.columns() + " matrix can be certified to " + tolerance
              + "; compute it on the CPU, and report what it was");
    }
  }

  private boolean accept() {
    MemorySegment host = workspace.download(report(), Report.offset(Report.PLACES));
    firstNonFinite = host.getAtIndex(ValueLayout.JAVA_LONG, Report.FIRST_NONFINITE);
    squaredNorm = CudaWorkspace.number(host, Report.ROWS);
    largestRowSum = CudaWorkspace.number(host, Report.ROWS + 1);
    scale = CudaWorkspace.number(host, Report.ROWS + 2);
    sum = CudaWorkspace.number(host, Report.SPECTRUM);
    int status = (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.SVD_STATUS);
    int qrStatus = svd.n() == svd.k() ? 0 : (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.QR_STATUS);
    FactorBounds bounds =
        FactorBounds.of(SvdCertificate.bound(host, 0), SvdCertificate.bound(host, 1), SvdCertificate.bound(host, 2), svd.k());
    settled = !isFinite() || (status == 0 && qrStatus == 0 && bounds.suffice(tolerance, sum));
    if (settled && isFinite()) {
      rank = (int) CudaWorkspace.number(host, Report.SPECTRUM + 1);
      error = bounds.error(sum);
    }
    return settled;
  }

  /** Whether all entries are finite. All that follows is defined after {@link #settle} only. */
  public boolean isFinite() {
    return firstNonFinite == NOT_FINITE;
  }

  /** The exception for the first entry that is not. */
  public NonFiniteInputException nonFinite(DeviceInput x) {
    return x.nonFinite(firstNonFinite);
  }

  /** Σσ of Y. */
  public double sum() {
    return sum;
  }

  /** How far Σσ may be off. */
  public double error() {
    return error;
  }

  /** Number of singular values above the threshold. */
  public int rank() {
    return rank;
  }

  /** The decomposition that was believed. */
  public Route route() {
    return route;
  }

  /** ‖Y‖_F². */
  public double squaredNorm() {
    return squaredNorm;
  }

  /** The largest squared norm of a row of Y. */
  public double largestRowSum() {
    return largestRowSum;
  }

  /** u where Y = u·X, 1 where rows are normalised. */
  public double unit() {
    return scale;
  }

  /** out := factor·∂Σσ/∂X on the device, without the unit u; NaN everywhere if X is not finite. Settled. */
  public void gradient(DeviceInput x, double factor, Matrix out) {
    int b = x.rows();
    int d = x.columns();
    long p = svd.p();
    if (!wide) {
      p = rowMajorPolar.atLeast(svd.bytes((long) b * d));
      transpose(svd.p(), d, b, p); // column-major b×d is row-major d×b
    }
    workspace
        .kernel("rows", "row_gradient" + svd.suffix() + CudaWorkspace.suffix(out.type()))
        .address(p)
        .count(d)
        .address(y(x))
        .count(d)
        .count(b)
        .count(d)
        .flag(normalize)
        .number(factor)
        .address(unit(b))
        .address(inverse(b))
        .address(report() + Report.offset(Report.FIRST_NONFINITE))
        .address(out.address())
        .count(out.rowStride())
        .launchBlocks(b);
  }

  private long report() {
    return report.atLeast(Report.offset(Report.PLACES));
  }

  private long unit(int b) {
    return unit.atLeast((long) b * Double.BYTES);
  }

  private long squares(int b) {
    return squares.atLeast((long) b * Double.BYTES);
  }

  private long inverse(int b) {
    return inverse.atLeast((long) b * Double.BYTES);
  }

  private long y(DeviceInput x) {
    return y.atLeast(svd.bytes((long) x.rows() * x.columns()));
  }
}
