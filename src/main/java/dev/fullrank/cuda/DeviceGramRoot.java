package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Polynomial;
import dev.fullrank.cuda.RootIteration.Quintic;
import java.util.List;
import java.util.stream.Stream;

/**
 * Z = G^(−1/2) of a Gram matrix on the device: with α² ≥ ‖G‖₂,
 *
 * <pre>
 *   R := G/α²,   steps of {@link RootIteration},   Z := Q/α
 * </pre>
 *
 * <p>for singular values of Y/α in [l, 1]. Where a tolerance like that of float data is asked for, the steps are {@link PolynomialSteps}: 25
 * products of k³ multiply-adds for l = 10⁻³. But these take some singular values near 1 to 0.0085 on the way, and rounding errors grow by
 * the inverse square of that, to 10⁻¹². So for binary64 data they are two rational functions, which are monotone, and three Newton–Schulz
 * steps: 13 products and two inverses, and an error of κ²·u.
 *
 * <p>Polynomials of a small matrix are the work of one block, since launches would take most of the time. They may be fewer: {@link
 * FlatSpectra}.
 */
final class DeviceGramRoot {
  /** The least singular value of Y/α that the steps are made for, unless matrices of that shape are known to have less. */
  static final double LEAST = 1e-3;

  /** The polynomials for that. */
  static final List<Quintic> FROM_LEAST = PolynomialSteps.from(LEAST);

  /** Above this, what polynomials and their rounding errors leave is a small share of the tolerance. */
  static final double COARSE = 1e-8;

  /** A quarter of all Gaussian square matrices have a σ_k below a quarter of 1/√k. */
  private static final double UNLUCKY = 0.25;

  private final RootByProducts products;
  private final RootInBlock block;
  private final DeviceBuffer g;
  private final DeviceBuffer z;
  private final DeviceBuffer zw;
  private final DeviceBuffer mw;
  private int k;
  private int n;
  private boolean fine;
  private double least;

  /** Whether Z lies where steps left it, without a division by α. */
  private boolean inProducts;

  private List<Quintic> polynomials = List.of();
  private List<Quintic> twice = List.of();

  DeviceGramRoot(CudaWorkspace workspace) {
    this.products = new RootByProducts(workspace);
    this.block = new RootInBlock(workspace);
    this.g = workspace.buffer();
    this.z = workspace.buffer();
    this.zw = workspace.buffer();
    this.mw = workspace.buffer();
  }

  /** Sets the order k, the longer side n of Y, and how near to 1 the singular values of Z·Y are to come. */
  void prepare(int order, int longSide, double tolerance) {
    k = order;
    n = longSide;
    fine = tolerance < COARSE;
    double expected = least(order, longSide);
    if (expected != least) {
      least = expected;
      polynomials = PolynomialSteps.from(expected);
      twice = Stream.concat(polynomials.stream(), FROM_LEAST.stream()).toList();
    }
    if (isInBlock()) {
      block.prepare(order, longSide, twice, tolerance);
    }
  }

  /**
   * LEAST, or σ_k/α of a Gaussian k×n matrix if that is less: σ_k is √n − √k, but not far from 1/√k where that is less (Edelman, SIAM J.
   * Matrix Anal. Appl. 9, 1988), and σ₁ is √n + √k, but α = ‖G‖_F^½ is larger by (k/8)^¼ where n = k.
   */
  static double least(int k, int n) {
    double edge = Math.sqrt(n) - Math.sqrt(k);
    double smallest = Math.max(edge, UNLUCKY / Math.sqrt(k));
    double alpha = (Math.sqrt(n) + Math.sqrt(k)) * Math.max(1, Math.pow(k / 8.0, 0.25));
    return Math.min(LEAST, smallest / alpha);
  }

  /** Whether {@link #compute} takes Y and finds G and the residuals too. */
  boolean isWhole() {
    return !fine && block.takesWhole(k, n);
  }

  /**
   * Z from G, whose upper triangle by rows is known, and what came of it: the five sums of {@link PolarSums}, {@link #zw} and {@link #mw}.
   *
   * @param y Y if {@link #isWhole}, else 0
   * @param wide whether Y is k×n
   * @param report where sums go, α, 1/α and 1/α², and four statuses of inverses, which stay as they are if there are none
   * @param w the probes
   */
  void compute(long y, boolean wide, long report, long w) {
    inProducts = false;
    RootPlaces places = places(report, w);
    if (isInBlock()) {
      block.compute(polynomials.size(), y, wide, places);
      return;
    }
    products.start(k, g(), places.scale());
    if (fine) {
      products.rationals(report + Report.offset(Report.INVERSE_STATUS));
    } else {
      products.polynomials(polynomials);
    }
    products.finish(places);
  }

  /**
   * Z by other steps from G/α², both triangles of G being known, tr GZ, of Z the trace and the squared norm, and {@link #zw}: no more of the
   * sums, and not {@link #mw}.
   */
  void compute(double alpha, List<Polynomial> steps, long report, long w) {
    products.compute(k, alpha, steps, g());
    inProducts = true;
    products.finishByTrace(places(report, w));
  }

  /** As after {@link #compute} by polynomials, where recorded work has done that. */
  void assume() {
    inProducts = false;
    products.assume(k, polynomials.size());
  }

  /** The same, with all steps from LEAST after those: together they reach to below 3·10⁻⁷. */
  void resume(long y, boolean wide, long report, long w) {
    RootPlaces places = places(report, w);
    if (isInBlock()) {
      block.computeByAll(y, wide, places);
      return;
    }
    products.polynomials(FROM_LEAST);
    products.finish(places);
  }

  private boolean isInBlock() {
    return !fine && block.takes(k);
  }

  private RootPlaces places(long report, long w) {
    return new RootPlaces(
        g(),
        z(),
        report + Report.offset(Report.SCALE),
        report + Report.offset(Report.ROOT),
        w,
        zw(),
        mw(),
        report + Report.offset(Report.DATA_RESIDUALS));
  }

  /** The steps by polynomials for matrices of that shape. */
  List<Quintic> polynomials() {
    return polynomials;
  }

  /** Whether a fine tolerance was asked for: inverses were computed, and rounding errors leave more of singular values below 10⁻³. */
  boolean isFine() {
    return fine;
  }

  /** G. */
  long g() {
    return matrix(g, k);
  }

  /** Z. */
  long z() {
    return inProducts ? products.computed() : matrix(z, k);
  }

  /** Z·w. */
  long zw() {
    return matrix(zw, GaussianProbes.COUNT);
  }

  /** Z·G·Z·w. */
  long mw() {
    return matrix(mw, GaussianProbes.COUNT);
  }

  private long matrix(DeviceBuffer buffer, int columns) {
    return buffer.atLeast(Math.multiplyExact((long) k * columns, Double.BYTES));
  }
}
