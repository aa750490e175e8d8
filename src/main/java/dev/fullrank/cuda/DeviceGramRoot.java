package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Quintic;
import dev.fullrank.cuda.RootIteration.Rational;
import java.util.ArrayList;
import java.util.List;

/**
 * Z = G^(−1/2) of a Gram matrix on the device: with α² ≥ ‖G‖₂,
 *
 * <pre>
 *   R := G/α²,   steps of {@link RootIteration},   Z := Q/α
 * </pre>
 *
 * <p>for singular values of Y/α in [10⁻³, 1]. Where a tolerance like that of float data is asked for, the steps are seven polynomials, 25
 * products of k³ multiply-adds: each is the nearest to 1 on what the ones before leave (Amsel, Persson, Musco and Gower, "The Polar
 * Express", 2025), and all together leave 5·10⁻¹⁰. But they take some singular values near 1 to 0.0085 on the way, and
 * rounding errors grow by the inverse square of that, to 10⁻¹². So for binary64 data, and where k is so large that inverses are as fast as
 * products, they are two rational functions, which are monotone, and Newton–Schulz steps: 13 products and two inverses, and an error of
 * κ²·u.
 */
final class DeviceGramRoot {
  /** The least singular value of Y/α that the steps are made for. */
  static final double LEAST = 1e-3;

  static final List<Quintic> POLYNOMIALS =
      List.of(
          new Quintic(8.47032880384808, -25.1080747066619, 18.629275599118),
          new Quintic(4.18283418329394, -3.10870110988924, 0.580606681350049),
          new Quintic(3.9618572789616, -2.95406374635938, 0.562976117953896),
          new Quintic(3.28658621702796, -2.46472013453128, 0.507357693861455),
          new Quintic(2.27374999343404, -1.64466036790807, 0.416190927497887),
          new Quintic(1.88871619735183, -1.2651572253386, 0.37651892555749),
          new Quintic(1.87500088585597, -1.25000098428487, 0.375000098429231));

  /** From LEAST; what they leave is cubed twice or three times. */
  static final List<Rational> RATIONALS = rationals(2);

  /** Of order three at 1: σ·(15 − 10·σ² + 3·σ⁴)/8. */
  static final Quintic NEWTON_SCHULZ = new Quintic(15.0 / 8, -5.0 / 4, 3.0 / 8);

  /** Above this, what polynomials and their rounding errors leave is a small share of the tolerance. */
  private static final double COARSE = 1e-8;

  /** From here on products and inverses are bound by arithmetic. */
  private static final int LARGE = 2048;

  private final CudaWorkspace workspace;
  private final RootIteration iteration;
  private final PolarSums sums;
  private final DeviceBuffer g;
  private final DeviceBuffer z;
  private final DeviceBuffer rowSums;
  private final DeviceBuffer rowSquares;
  private int k;
  private boolean fine;
  private boolean rational;
  private long scale;

  DeviceGramRoot(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.iteration = new RootIteration(workspace);
    this.sums = new PolarSums(workspace);
    this.g = workspace.buffer();
    this.z = workspace.buffer();
    this.rowSums = workspace.buffer();
    this.rowSquares = workspace.buffer();
  }

  private static List<Rational> rationals(int count) {
    List<Rational> steps = new ArrayList<>();
    double least = LEAST;
    for (int i = 0; i < count; i++) {
      Rational step = Rational.from(least);
      steps.add(step);
      least = step.of(least);
    }
    return List.copyOf(steps);
  }

  /** Sets the order k, and how near to 1 the singular values of Z·Y are to come. */
  void prepare(int order, double tolerance) {
    k = order;
    fine = tolerance < COARSE;
    rational = fine || k >= LARGE;
  }

  /**
   * Z from G, whose upper triangle by rows is known.
   *
   * @param scale where α, 1/α and 1/α² go
   * @param status where four statuses of inverses go, ints that stay as they are if there are none
   */
  void compute(long scale, long status) {
    this.scale = scale;
    iteration.start(k);
    iteration.mirror(g());
    long sums = rowSums.atLeast((long) k * Double.BYTES);
    long squares = rowSquares.atLeast((long) k * Double.BYTES);
    workspace.kernel("root", "gram_rows").count(k).address(g()).address(sums).address(squares).launchBlocks(k);
    workspace.kernel("root", "gram_scale").count(k).address(sums).address(squares).address(scale).launchOnce();
    scaled(scale + 2 * Double.BYTES, g(), iteration.r());
    if (rational) {
      byRationals(status);
    } else {
      POLYNOMIALS.forEach(iteration::step);
    }
    scaled(scale + Double.BYTES, iteration.q(), z());
  }

  private void byRationals(long status) {
    for (int i = 0; i < RATIONALS.size(); i++) {
      iteration.step(RATIONALS.get(i), status + (long) i * Long.BYTES);
    }
    for (int i = 0; i < (fine ? 3 : 2); i++) {
      iteration.step(NEWTON_SCHULZ);
    }
  }

  /** As after {@link #compute} by polynomials, where recorded work has done that. */
  void assume(long scaleOfRecorded) {
    scale = scaleOfRecorded;
    iteration.assume(k, POLYNOMIALS.size());
  }

  /** Whether inverses were computed, whose statuses say something. */
  boolean usesInverses() {
    return rational;
  }

  /** Whether a fine tolerance was asked for: rounding errors leave more than that of singular values below 10⁻³. */
  boolean isFine() {
    return fine;
  }

  /** All polynomials from where the steps ended: together they reach from 3·10⁻⁷. */
  void resume() {
    POLYNOMIALS.forEach(iteration::step);
    scaled(scale + Double.BYTES, iteration.q(), z());
  }

  private void scaled(long factor, long x, long out) {
    long n = (long) k * k;
    workspace.kernel("root", "scaled").count(n).address(factor).address(x).address(out).launchElements(n);
  }

  /**
   * What came of it: T = G·Z and M = Z·T, and the five sums of {@link PolarSums}.
   *
   * @param out where they go
   * @return where M lies until the next step
   */
  long examine(long out) {
    long t = iteration.product();
    long m = iteration.spare();
    iteration.multiply(g(), z(), t);
    iteration.multiply(z(), t, m);
    sums.add(k, t, m, z(), out);
    return m;
  }

  /** G. */
  long g() {
    return matrix(g);
  }

  /** Z. */
  long z() {
    return matrix(z);
  }

  private long matrix(DeviceBuffer buffer) {
    return buffer.atLeast(Math.multiplyExact((long) k * k, Double.BYTES));
  }
}
