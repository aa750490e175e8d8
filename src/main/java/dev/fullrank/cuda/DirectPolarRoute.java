package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The polar factor X of a Y whose Gram matrix has lost too much of it, by {@link PolynomialSteps} on Y itself (Amsel, Persson, Musco and
 * Gower, "The Polar Express", 2025), all in double: see {@link DirectPolarIteration}. Their rounding errors grow by the inverse of the
 * least singular value, not of its square, which is nothing to tolerances of float data.
 *
 * <p>Certified by {@link PolarBounds}, with r by {@link GaussianProbes}; for square Y it shows, without a product that the steps used,
 * that X is orthogonal. Σσ comes from {@link PolarSums}, which errors of X enter squared.
 */
final class DirectPolarRoute implements DeviceRoute {
  private final CudaWorkspace workspace;
  private final DeviceRows rows;
  private final PolarRoute polar;
  private final SymmetricProducts products;
  private final DirectPolarIteration iteration;
  private final GaussianProbes probes;
  private final PolarSums sums;
  private final DeviceBuffer scratch;
  private final DeviceBuffer coefficients;
  private final DeviceBuffer image;
  private final DeviceBuffer expected;
  private long report;

  /**
   * @param polar whose Gram matrix is used
   */
  DirectPolarRoute(CudaWorkspace workspace, DeviceRows rows, PolarRoute polar) {
    this.workspace = workspace;
    this.rows = rows;
    this.polar = polar;
    this.products = new SymmetricProducts(workspace);
    this.iteration = new DirectPolarIteration(workspace, rows, products);
    this.probes = new GaussianProbes(workspace);
    this.sums = new PolarSums(workspace);
    this.scratch = workspace.buffer();
    this.coefficients = workspace.buffer();
    this.image = workspace.buffer();
    this.expected = workspace.buffer();
  }

  /** Puts everything up to the certificate into the stream, for Y in double. */
  void compute(double tolerance, long report) {
    this.report = report;
    polar.formGram(tolerance);
    iteration.start(polar.gram(), report + Report.offset(Report.SCALE));
    polar.polynomials().forEach(iteration::step);
    check();
  }

  /** Goes on where that ended, for singular values that are smaller. */
  void resume() {
    DeviceGramRoot.FROM_LEAST.forEach(iteration::step);
    check();
  }

  /** H, the sums, the residual on the probes, and the Cholesky factorisation, which destroys H. */
  private void check() {
    int k = rows.shortSide();
    long h = iteration.spare();
    long difference = iteration.otherSpare();
    rows.inner(iteration.x(), h);
    workspace.queue().copy(difference, h, rows.bytes((long) k * k));
    products.mirror(k, difference); // M
    products.combine(k, 0, 1, h, -1, difference, difference);
    sums.add(k, h, iteration.gram(), difference, report + Report.offset(Report.ROOT));
    residual(h);
    factorise(h);
  }

  /** A − X·H on the probes, A being Y, or its transpose where Y is wide. */
  private void residual(long h) {
    int count = GaussianProbes.COUNT;
    int k = rows.shortSide();
    int n = rows.longSide();
    long w = probes.of(true, k);
    long hw = coefficients.atLeast(rows.bytes((long) count * k));
    long xhw = image.atLeast(rows.bytes((long) count * n));
    long aw = expected.atLeast(rows.bytes((long) count * n));
    workspace.queue().gemm(true, false, false, k, count, k, 1, h, k, w, k, 0, hw, k);
    rows.image(iteration.x(), count, hw, xhw);
    rows.image(rows.address(), count, w, aw);
    probes.residual("_f64", xhw, aw, n, report + Report.offset(Report.DATA_RESIDUALS));
  }

  private void factorise(long h) {
    CudaQueue queue = workspace.queue();
    int k = rows.shortSide();
    int size = queue.choleskyWorkspace(true, k, h, k);
    long work = scratch.atLeast((long) Math.max(1, size) * Double.BYTES);
    queue.cholesky(true, k, h, k, work, size, report + Report.offset(Report.CHOLESKY_STATUS));
  }

  @Override
  public @Nullable Result accept(MemorySegment host, double squaredNorm, double tolerance) {
    return judge(host, rows.shortSide(), rows.longSide(), squaredNorm, tolerance);
  }

  /** What a report says of a matrix with sides k ≤ n. */
  static @Nullable Result judge(MemorySegment host, int k, int n, double squaredNorm, double tolerance) {
    PolarBounds bounds =
        new PolarBounds(
            k,
            n,
            Math.sqrt(squaredNorm),
            CudaWorkspace.number(host, Report.ROOT),
            Math.sqrt(CudaWorkspace.number(host, Report.ROOT + 2)),
            Math.sqrt(CudaWorkspace.number(host, Report.ROOT + 4)),
            GaussianProbes.bound(host, Report.DATA_RESIDUALS));
    boolean semidefinite = (int) host.getAtIndex(ValueLayout.JAVA_LONG, Report.CHOLESKY_STATUS) == 0;
    double sum = Math.clamp(PolarSums.nuclearNorm(host), Math.sqrt(squaredNorm), Math.sqrt(k * squaredNorm));
    return semidefinite && bounds.suffice(tolerance)
        ? new Result(sum, Math.min(sum, bounds.lower()), Math.max(sum, bounds.upper()), k)
        : null;
  }

  @Override
  public long polar() {
    return iteration.x();
  }
}
