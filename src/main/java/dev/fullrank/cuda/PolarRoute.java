package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Polynomial;
import dev.fullrank.cuda.RootIteration.Quintic;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Σσ = tr G^½ and the polar factor Z·Y (Y·Z for tall Y) with Z = G^(−1/2) by {@link DeviceGramRoot}, all in double.
 *
 * <p>Certified by ‖Z·G·Z − I‖_F, which is computed, and by the difference of Z·(Y·Yᵀ)·Z and Z·G·Z on the Gaussian vectors of {@link
 * GaussianProbes}, which shows whatever went wrong in the Gram matrix. With T = G·Z and M = Z·T an error of Z enters
 *
 * <pre>
 *   Σσ ≈ (3·tr T − ⟨M, T⟩)/2
 * </pre>
 *
 * <p>squared, as Newton's step does: in the eigenvectors of G, σ·(3·(1 + ε) − (1 + ε)³)/2 = σ·(1 − 3·ε²/2 − …).
 */
final class PolarRoute implements DeviceRoute {
  /**
   * ‖Z·G·Z − I‖ bounds the error of the polar factor, and Gram matrices lose κ²·u: binary64 data deserve better than to lose all of the
   * tolerance.
   */
  private static final double SHARE = 0x1p-4;

  private final CudaWorkspace workspace;
  private final DeviceRows rows;
  private final DeviceGramRoot root;
  private final GaussianProbes probes;
  private final DeviceBuffer shortSide;
  private final DeviceBuffer image;
  private final DeviceBuffer polar;
  private final RecordedWork recorded;
  private long report;

  PolarRoute(CudaWorkspace workspace, DeviceRows rows) {
    this.workspace = workspace;
    this.rows = rows;
    this.root = new DeviceGramRoot(workspace);
    this.probes = new GaussianProbes(workspace);
    this.shortSide = workspace.buffer();
    this.image = workspace.buffer();
    this.polar = workspace.buffer();
    this.recorded = workspace.recordedWork(this::steps);
  }

  /** Puts everything up to the certificate into the stream, for Y in double. */
  void compute(double tolerance, long report) {
    this.report = report;
    root.prepare(rows.shortSide(), rows.longSide(), tolerance);
    if (root.isFine()) {
      steps(); // cuSOLVER does not say that it can be recorded
    } else {
      recorded.run((long) rows.rows() << Integer.SIZE | rows.columns());
      root.assume();
    }
  }

  private void steps() {
    if (!root.isWhole()) {
      rows.gram(rows.address(), root.g());
    }
    fromGram();
  }

  private void fromGram() {
    root.compute(data(), rows.wide(), report, probes.of(true, rows.shortSide()));
    check();
  }

  /** What {@link #compute} does besides the Gram matrix, after {@link #formGram}. */
  void computeFromGram(long report) {
    this.report = report;
    fromGram();
  }

  /**
   * Puts other steps and their certificate into the stream, after {@link #formGram}.
   *
   * @param alpha an upper bound of σ₁
   * @param polynomials take singular values of Y/α to 1
   */
  void compute(double alpha, List<Polynomial> polynomials, long report) {
    this.report = report;
    long w = probes.of(true, rows.shortSide());
    root.compute(alpha, polynomials, report, w);
    compare(w);
  }

  private long data() {
    return root.isWhole() ? rows.address() : 0;
  }

  /** Puts G alone into the stream, for Y in double. */
  void formGram(double tolerance) {
    root.prepare(rows.shortSide(), rows.longSide(), tolerance);
    rows.gram(rows.address(), root.g());
  }

  /** The steps for matrices of that shape. */
  List<Quintic> polynomials() {
    return root.polynomials();
  }

  /** Whether so much was asked for that neither {@link #resume} nor eigenvalues of G can give it. */
  boolean isFine() {
    return root.isFine();
  }

  /** The part of the tolerance that ‖Z·(Y·Yᵀ)·Z − I‖ may take. */
  double share() {
    return root.isFine() ? SHARE : 1;
  }

  /** Goes on where that ended, for singular values that are smaller. */
  void resume() {
    root.resume(data(), rows.wide(), report, probes.of(true, rows.shortSide()));
    check();
  }

  /** Zᵀ·(Y·Yᵀ)·Z·w beside Zᵀ·G·Z·w, if that was not done. */
  private void check() {
    if (!root.isWhole()) {
      compare(root.mw());
    }
  }

  /** Zᵀ·(Y·Yᵀ)·Z·w beside what it should be. */
  private void compare(long expected) {
    int count = GaussianProbes.COUNT;
    int k = rows.shortSide();
    long x = image.atLeast((long) count * k * Double.BYTES);
    long zx = shortSide.atLeast((long) count * k * Double.BYTES);
    rows.multiplyByGram(count, root.zw(), x);
    workspace.queue().gemm(true, true, false, k, count, k, 1, root.z(), k, x, k, 0, zx, k);
    probes.residual("_f64", zx, expected, k, report + Report.offset(Report.DATA_RESIDUALS));
  }

  @Override
  public @Nullable Result accept(MemorySegment host, double squaredNorm, double tolerance) {
    double residual =
        Math.sqrt(CudaWorkspace.number(host, Report.ROOT + 2)) + GaussianProbes.bound(host, Report.DATA_RESIDUALS);
    RootBounds bounds =
        new RootBounds(
            rows.shortSide(),
            rows.longSide(),
            squaredNorm,
            CudaWorkspace.number(host, Report.SCALE),
            CudaWorkspace.number(host, Report.ROOT),
            CudaWorkspace.number(host, Report.ROOT + 3),
            CudaWorkspace.number(host, Report.ROOT + 4),
            residual);
    boolean certified = bounds.suffice(tolerance, share()) && inverted(host);
    return certified ? bounds.enclose(PolarSums.nuclearNorm(host)) : null;
  }

  private boolean inverted(MemorySegment host) {
    return !root.isFine()
        || (host.getAtIndex(ValueLayout.JAVA_LONG, Report.INVERSE_STATUS) == 0
            && host.getAtIndex(ValueLayout.JAVA_LONG, Report.INVERSE_STATUS + 1) == 0);
  }

  /** G, k×k and symmetric, until the next computation. */
  long gram() {
    return root.g();
  }

  /** Where Z lies, or is put by somebody else who found it. */
  long root() {
    return root.z();
  }

  @Override
  public long polar() {
    long out = polar.atLeast(rows.bytes((long) rows.rows() * rows.columns()));
    rows.multiply(rows.address(), root.z(), out);
    return out;
  }
}
