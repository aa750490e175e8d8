package dev.fullrank.cuda;

import dev.fullrank.RankPolicy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Certified singular value decompositions of cuSOLVER. */
final class SvdRoute implements DeviceRoute {
  private final CudaWorkspace workspace;
  private final DeviceRows rows;
  private final SvdPolar svd;
  private final SvdCertificate certificate;
  private final DeviceBuffer rowMajorPolar;

  SvdRoute(CudaWorkspace workspace, DeviceRows rows) {
    this.workspace = workspace;
    this.rows = rows;
    this.svd = new SvdPolar(workspace);
    this.certificate = new SvdCertificate(workspace);
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
    double sum = CudaWorkspace.number(host, Report.SPECTRUM);
    int rank = (int) CudaWorkspace.number(host, Report.SPECTRUM + 1);
    int status = (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.SVD_STATUS);
    int qrStatus = svd.n() == svd.k() ? 0 : (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.QR_STATUS);
    FactorBounds bounds =
        FactorBounds.of(SvdCertificate.bound(host, 0), SvdCertificate.bound(host, 1), SvdCertificate.bound(host, 2), svd.k());
    double error = bounds.error(sum);
    boolean certified = status == 0 && qrStatus == 0 && bounds.suffice(tolerance, sum);
    return certified ? new Result(sum, Math.max(0, sum - error), sum + error, rank) : null;
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
