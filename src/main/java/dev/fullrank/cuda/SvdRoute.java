package dev.fullrank.cuda;

import dev.fullrank.RankPolicy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Certified singular value decompositions of cuSOLVER.
 *
 * <p>Errors of the values of gesvdj may have one direction, so that their sum has all of them: nothing to single precision, but more than is
 * promised in double. There Σσ is that of {@link PolarSums}, which errors of P enter squared, and of the values that P leaves out.
 */
final class SvdRoute implements DeviceRoute {
  private final CudaWorkspace workspace;
  private final DeviceRows rows;
  private final SvdPolar svd;
  private final SvdCertificate certificate;
  private final PolarSums sums;
  private final DeviceBuffer inner;
  private final DeviceBuffer gram;
  private final DeviceBuffer rowMajorPolar;

  SvdRoute(CudaWorkspace workspace, DeviceRows rows) {
    this.workspace = workspace;
    this.rows = rows;
    this.svd = new SvdPolar(workspace);
    this.certificate = new SvdCertificate(workspace);
    this.sums = new PolarSums(workspace);
    this.inner = workspace.buffer();
    this.gram = workspace.buffer();
    this.rowMajorPolar = workspace.buffer();
  }

  /** Puts a decomposition of Y in its precision, by gesvdj or gesvd, and its certificate into the stream. */
  void compute(boolean jacobi, RankPolicy policy, long report) {
    svd.prepare(rows.doubles(), rows.longSide(), rows.shortSide());
    int b = rows.rows();
    int d = rows.columns();
    if (rows.wide()) {
      workspace.queue().copy(svd.a(), rows.address(), rows.bytes((long) b * d));
    } else {
      transpose(rows.address(), b, d, svd.a());
    }
    svd.decompose(jacobi, report);
    double threshold = svd.n() * (svd.doubles() ? Math.ulp(1.0) : Math.ulp(1.0f));
    svd.form(threshold, policy == RankPolicy.COMPLETION, report);
    certificate.check(svd, rows, report);
    if (rows.doubles()) {
      addUp(report + Report.offset(Report.ROOT));
    }
  }

  /** H = PᵀA, N = PᵀP and their sums; A lies in Y, as its copy is destroyed. */
  private void addUp(long out) {
    int n = svd.n();
    int k = svd.k();
    long square = svd.bytes((long) k * k);
    long h = inner.atLeast(square);
    long nn = gram.atLeast(square);
    // row-major Y is column-major d×b: A if Y is wide, else Aᵀ
    workspace.queue().gemm(true, true, !rows.wide(), k, k, n, 1, svd.p(), n, rows.address(), rows.columns(), 0, h, k);
    workspace.queue().gemm(true, true, false, k, k, n, 1, svd.p(), n, svd.p(), n, 0, nn, k);
    sums.add(k, h, nn, nn, out);
  }

  /** The row-major matrix `to`, width×height, becomes the transpose of `from`, height×width. */
  private void transpose(long from, int height, int width, long to) {
    workspace
        .kernel("rows", "transpose" + rows.suffix())
        .address(from)
        .count(width)
        .count(height)
        .count(width)
        .address(to)
        .count(height)
        .launchTiles(height, width);
  }

  @Override
  public @Nullable Result accept(MemorySegment host, double squaredNorm, double tolerance) {
    double ofValues = CudaWorkspace.number(host, Report.SPECTRUM);
    int rank = (int) CudaWorkspace.number(host, Report.SPECTRUM + 1);
    int status = (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.SVD_STATUS);
    int qrStatus = svd.n() == svd.k() ? 0 : (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.QR_STATUS);
    FactorBounds bounds =
        FactorBounds.of(SvdCertificate.bound(host, 0), SvdCertificate.bound(host, 1), SvdCertificate.bound(host, 2), svd.k());
    double error = bounds.error(ofValues);
    double sum = rows.doubles() ? PolarSums.nuclearNorm(host) + CudaWorkspace.number(host, Report.SPECTRUM + 4) : ofValues;
    // what the factors say of Σσ stays the enclosure; a sum that is outside of it by more than rounding is that of something else
    boolean certified =
        status == 0
            && qrStatus == 0
            && bounds.suffice(tolerance, ofValues)
            && bounds.allow(sum, ofValues, rounding(squaredNorm));
    return certified ? new Result(sum, Math.max(0, Math.min(sum, ofValues - error)), Math.max(sum, ofValues + error), rank) : null;
  }

  /**
   * What rounding errors may make of the sums. Columns of P have norms of at most 1, hence to first order, by Cauchy's inequality,
   *
   * <pre>
   *   |δ tr H| ≤ (n + k)·u·√k·‖A‖_F,   |δ⟨N, H⟩| ≤ (2·n·k + k·√k)·u·‖A‖_F
   * </pre>
   *
   * <p>of which one and a half and a half are at most 4½·n·k·u·‖A‖_F; the sum of k values in another order adds 11·√k·u·‖A‖_F at most.
   */
  private double rounding(double squaredNorm) {
    return 0x1p-49 * svd.n() * svd.k() * Math.sqrt(squaredNorm);
  }

  @Override
  public long polar() {
    if (rows.wide()) {
      return svd.p();
    }
    long p = rowMajorPolar.atLeast(rows.bytes((long) rows.rows() * rows.columns()));
    transpose(svd.p(), rows.columns(), rows.rows(), p); // column-major b×d is row-major d×b
    return p;
  }
}
