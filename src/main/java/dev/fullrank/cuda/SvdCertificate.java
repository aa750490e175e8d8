package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;

/**
 * A posteriori check of {@link SvdPolar} by products with {@link GaussianProbes}. What bounds ‖B‖₂ there is taken for ‖B‖_F as well, of
 * which the lemma says nothing unless B has rank one; the mean of ‖Bw‖² is ‖B‖_F², and its being a sixty-fourth of that for all four is
 * less likely the more singular values share it. Of
 *
 * <pre>
 *   V·Vᵀ − I                       V is orthogonal,
 *   Pᵀ·P − V·diag(w)·Vᵀ            P is a partial isometry on the span of the columns of V that count,
 *   A − P·V·diag(σ)·Vᵀ             and A is P times a positive semidefinite matrix.
 * </pre>
 */
final class SvdCertificate {
  private static final int PROBES = GaussianProbes.COUNT;

  private final GaussianProbes probes;
  private final CudaWorkspace workspace;
  private final DeviceBuffer coefficients;
  private final DeviceBuffer image;
  private final DeviceBuffer expected;
  private final DeviceBuffer tall;
  private final DeviceBuffer tallExpected;

  SvdCertificate(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.probes = new GaussianProbes(workspace);
    this.coefficients = workspace.buffer();
    this.image = workspace.buffer();
    this.expected = workspace.buffer();
    this.tall = workspace.buffer();
    this.tallExpected = workspace.buffer();
  }

  /** Puts the products and the norms of the residuals into the stream; A is Yᵀ if Y is wide, else Y. */
  void check(SvdPolar svd, DeviceRows y, long report) {
    CudaQueue queue = workspace.queue();
    boolean t = svd.doubles();
    int n = svd.n();
    int d = y.columns();
    long small = svd.bytes((long) PROBES * svd.k());
    long large = svd.bytes((long) PROBES * n);
    int kk = svd.k();
    long w = probes.of(t, kk);
    long c = coefficients.atLeast(small);
    long x = image.atLeast(small);
    long e = expected.atLeast(small);
    long px = tall.atLeast(large);
    long ax = tallExpected.atLeast(large);

    queue.gemm(t, true, false, kk, PROBES, kk, 1, svd.v(), kk, w, kk, 0, c, kk); // Vᵀw
    queue.gemm(t, false, false, kk, PROBES, kk, 1, svd.v(), kk, c, kk, 0, x, kk);
    residual(svd, x, w, kk, report, 0);

    queue.gemm(t, false, false, n, PROBES, kk, 1, svd.p(), n, w, kk, 0, px, n);
    queue.gemm(t, true, false, kk, PROBES, n, 1, svd.p(), n, px, n, 0, x, kk);
    queue.gemm(t, false, false, kk, PROBES, kk, 1, svd.scaledV(svd.weight()), kk, c, kk, 0, e, kk);
    residual(svd, x, e, kk, report, 1);

    queue.gemm(t, false, false, kk, PROBES, kk, 1, svd.scaledV(svd.sigma()), kk, c, kk, 0, x, kk);
    queue.gemm(t, false, false, n, PROBES, kk, 1, svd.p(), n, x, kk, 0, px, n);
    // row-major Y is column-major d×b: Yᵀ as it is, Y transposed
    queue.gemm(t, !y.wide(), false, n, PROBES, kk, 1, y.address(), d, w, kk, 0, ax, n);
    residual(svd, px, ax, n, report, 2);
  }

  private void residual(SvdPolar svd, long x, long y, int n, long report, int equation) {
    probes.residual(svd.suffix(), x, y, n, report + Report.offset(place(equation)));
  }

  private static int place(int equation) {
    return Report.RESIDUALS + equation * PROBES;
  }

  /** The bound of an equation's residual, from what the report says. */
  static double bound(MemorySegment report, int equation) {
    return GaussianProbes.bound(report, place(equation));
  }
}
