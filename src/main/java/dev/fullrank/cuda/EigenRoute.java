package dev.fullrank.cuda;

import dev.fullrank.linalg.GramAccuracy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Σσ and the polar factor Z·Y (Y·Z for tall Y) of a Y whose Gram matrix is singular but for rounding errors: G = V·Λ·Vᵀ by syevd,
 * Z = V·Λ^(−1/2)·Vᵀ on the eigenvalues that are far enough above those errors, as {@code dev.fullrank.linalg.GramEigen} does.
 *
 * <p>By Weyl's inequality each eigenvalue of YYᵀ is within ‖YYᵀ − V·Λ·Vᵀ‖₂ of one in Λ for orthogonal V. Both are checked by products with
 * {@link GaussianProbes}, through the data: Σσ lies between Σ√max(λ − floor, 0) and Σ√(λ + floor), where floor is a bound of that
 * difference, and λ is far enough above it where floor/λ is below the tolerance.
 */
final class EigenRoute implements DeviceRoute {
  /** The part of Σσ that may be left without gradient, as a share of the tolerance. */
  private static final double TAIL_SHARE = 0x1p-4;

  /** How much larger the difference may show than what rounding errors are expected to make it. */
  private static final double PESSIMISM = 8;

  private final CudaWorkspace workspace;
  private final DeviceRows rows;
  private final PolarRoute polar;
  private final GaussianProbes probes;
  private final DeviceBuffer vectors;
  private final DeviceBuffer values;
  private final DeviceBuffer weights;
  private final DeviceBuffer scaled;
  private final DeviceBuffer scratch;
  private final DeviceBuffer coefficients;
  private final DeviceBuffer image;
  private final DeviceBuffer expected;
  private double floor;

  /**
   * @param polar whose Gram matrix, Z and product with Y are used
   */
  EigenRoute(CudaWorkspace workspace, DeviceRows rows, PolarRoute polar) {
    this.workspace = workspace;
    this.rows = rows;
    this.polar = polar;
    this.probes = new GaussianProbes(workspace);
    this.vectors = workspace.buffer();
    this.values = workspace.buffer();
    this.weights = workspace.buffer();
    this.scaled = workspace.buffer();
    this.scratch = workspace.buffer();
    this.coefficients = workspace.buffer();
    this.image = workspace.buffer();
    this.expected = workspace.buffer();
  }

  /** Puts everything up to the certificate into the stream, after the polar route has computed G. */
  void compute(double squaredNorm, double tolerance, long report) {
    CudaQueue queue = workspace.queue();
    int k = rows.shortSide();
    long square = (long) k * k * Double.BYTES;
    floor = PESSIMISM * GramAccuracy.error(rows.longSide(), squaredNorm);
    long v = vectors.atLeast(square);
    long lambda = values.atLeast((long) k * Double.BYTES);
    long weight = weights.atLeast((long) k * Double.BYTES);
    queue.copy(v, polar.gram(), square);
    int size = queue.eigenWorkspace(true, k, v, k, lambda);
    long work = scratch.atLeast((long) Math.max(1, size) * Double.BYTES);
    queue.eigen(true, k, v, k, lambda, work, size, report + Report.offset(Report.EIGEN_STATUS));
    workspace
        .kernel("root", "eigen_weights")
        .count(k)
        .address(lambda)
        .number(floor)
        .number(floor / tolerance)
        .address(weight)
        .address(report + Report.offset(Report.EIGENVALUES))
        .launchOnce();
    queue.gemm(true, false, true, k, k, k, 1, scaledVectors(weight), k, v, k, 0, polar.root(), k);
    check(lambda, report);
  }

  /** V·diag(factors). */
  private long scaledVectors(long factors) {
    int k = rows.shortSide();
    long square = (long) k * k * Double.BYTES;
    long to = scaled.atLeast(square);
    workspace.queue().copy(to, vectors.atLeast(square), square);
    workspace
        .kernel("certificate", "scale_columns_f64")
        .address(to)
        .count(k)
        .count(k)
        .count(k)
        .address(factors)
        .launchTiles(k, k);
    return to;
  }

  /** V·Vᵀ − I and YYᵀ − V·Λ·Vᵀ on the probes. */
  private void check(long lambda, long report) {
    CudaQueue queue = workspace.queue();
    int count = GaussianProbes.COUNT;
    int k = rows.shortSide();
    long small = (long) count * k * Double.BYTES;
    long v = vectors.atLeast((long) k * k * Double.BYTES);
    long w = probes.of(true, k);
    long c = coefficients.atLeast(small);
    long x = image.atLeast(small);
    long e = expected.atLeast(small);
    queue.gemm(true, true, false, k, count, k, 1, v, k, w, k, 0, c, k); // Vᵀw
    queue.gemm(true, false, false, k, count, k, 1, v, k, c, k, 0, x, k);
    probes.residual("_f64", x, w, k, report + Report.offset(Report.EIGEN_RESIDUALS));
    queue.gemm(true, false, false, k, count, k, 1, scaledVectors(lambda), k, c, k, 0, e, k);
    rows.multiplyByGram(count, w, x);
    probes.residual("_f64", x, e, k, report + Report.offset(Report.EIGEN_RESIDUALS + count));
  }

  @Override
  public @Nullable Result accept(MemorySegment host, double squaredNorm, double tolerance) {
    double sum = CudaWorkspace.number(host, Report.EIGENVALUES);
    double lower = CudaWorkspace.number(host, Report.EIGENVALUES + 1);
    double upper = CudaWorkspace.number(host, Report.EIGENVALUES + 2);
    double tail = CudaWorkspace.number(host, Report.EIGENVALUES + 3);
    int rank = (int) CudaWorkspace.number(host, Report.EIGENVALUES + 4);
    double traceOfRoot = CudaWorkspace.number(host, Report.EIGENVALUES + 5);
    double largest = Math.sqrt(CudaWorkspace.number(host, Report.EIGENVALUES + 6));
    int status = (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.EIGEN_STATUS);
    boolean certified =
        status == 0
            && GaussianProbes.bound(host, Report.EIGEN_RESIDUALS) <= tolerance
            && GaussianProbes.bound(host, Report.EIGEN_RESIDUALS + GaussianProbes.COUNT) <= floor
            && tail <= TAIL_SHARE * tolerance * sum
            && GramAccuracy.survivesSquaring(rows.longSide(), traceOfRoot * largest / rows.shortSide(), tolerance);
    return certified ? new Result(sum, lower, upper, rank) : null;
  }

  @Override
  public long polar() {
    return polar.polar();
  }
}
