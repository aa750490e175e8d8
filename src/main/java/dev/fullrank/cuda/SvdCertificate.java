package dev.fullrank.cuda;

import dev.fullrank.linalg.GaussianVectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A posteriori check of {@link SvdPolar} by products with Gaussian vectors: for r independent ones ‖B‖₂ exceeds α·√(2/π) times
 * the largest ‖Bw‖ with a probability of at most α^−r (Halko, Martinsson and Tropp, SIAM Review 53, 2011, lemma 4.1). With four
 * vectors and α = 10. The same number is taken for ‖B‖_F, of which the lemma says nothing unless B has rank one; the mean of ‖Bw‖² is
 * ‖B‖_F², and its being a sixty-fourth of that for all four is less likely the more singular values share it. Of
 *
 * <pre>
 *   V·Vᵀ − I                       V is orthogonal,
 *   Pᵀ·P − V·diag(w)·Vᵀ            P is a partial isometry on the span of the columns of V that count,
 *   A − P·V·diag(σ)·Vᵀ             and A is P times a positive semidefinite matrix.
 * </pre>
 */
final class SvdCertificate {
  static final int PROBES = 4;

  private static final double FACTOR = 10 * Math.sqrt(2 / Math.PI);
  private static final int SEED = 1;

  private final CudaWorkspace workspace;
  private final DeviceBuffer probes;
  private final DeviceBuffer coefficients;
  private final DeviceBuffer image;
  private final DeviceBuffer expected;
  private final DeviceBuffer tall;
  private final DeviceBuffer tallExpected;
  private int k;
  private boolean doubles;

  SvdCertificate(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.probes = workspace.buffer();
    this.coefficients = workspace.buffer();
    this.image = workspace.buffer();
    this.expected = workspace.buffer();
    this.tall = workspace.buffer();
    this.tallExpected = workspace.buffer();
  }

  /**
   * Puts the products and the norms of the residuals into the stream.
   *
   * @param y row-major b×d, with leading dimension d
   * @param wide whether A is Yᵀ, else Y
   */
  void check(SvdPolar svd, long y, int b, int d, boolean wide, long report) {
    CudaQueue queue = workspace.queue();
    boolean t = svd.doubles();
    int n = svd.n();
    long small = svd.bytes((long) PROBES * svd.k());
    long large = svd.bytes((long) PROBES * n);
    int kk = svd.k();
    long w = probes(svd);
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
    queue.gemm(t, !wide, false, n, PROBES, kk, 1, y, d, w, kk, 0, ax, n);
    residual(svd, px, ax, n, report, 2);
  }

  private void residual(SvdPolar svd, long x, long y, int n, long report, int equation) {
    workspace
        .kernel("certificate", "residual_norms" + svd.suffix())
        .address(x)
        .count(n)
        .address(y)
        .count(n)
        .count(n)
        .count(PROBES)
        .address(report + Report.offset(Report.RESIDUALS + equation * PROBES))
        .launchBlocks(PROBES);
  }

  /** The bound of an equation's residual, from what the report says. */
  static double bound(MemorySegment report, int equation) {
    double largest = 0;
    for (int i = 0; i < PROBES; i++) {
      double squared = CudaWorkspace.number(report, Report.RESIDUALS + equation * PROBES + i);
      largest = squared <= largest ? largest : squared; // a NaN is larger
    }
    return FACTOR * Math.sqrt(largest);
  }

  private long probes(SvdPolar svd) {
    int size = PROBES * svd.k();
    long address = probes.atLeast(svd.bytes(size));
    if (k != svd.k() || doubles != svd.doubles()) {
      k = svd.k();
      doubles = svd.doubles();
      upload(address, GaussianVectors.of(size, SEED));
    }
    return address;
  }

  private void upload(long address, double[] vectors) {
    try (Arena arena = Arena.ofConfined()) {
      long bytes = (long) vectors.length * (doubles ? Double.BYTES : Float.BYTES);
      MemorySegment host = arena.allocate(bytes, Double.BYTES);
      for (int i = 0; i < vectors.length; i++) {
        if (doubles) {
          host.setAtIndex(ValueLayout.JAVA_DOUBLE, i, vectors[i]);
        } else {
          host.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) vectors[i]);
        }
      }
      workspace.queue().copyToDevice(address, host.address(), bytes);
      workspace.synchronize();
    }
  }
}
