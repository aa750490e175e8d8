package dev.fullrank.cuda;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.RankPolicy;
import dev.fullrank.Route;
import dev.fullrank.cuda.DeviceRoute.Result;
import dev.fullrank.linalg.NuclearNorm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ‖Y‖_* = Σσ on the device with an enclosure, and its subgradient. Y is X with rows divided by their norms, or X times a power of two u,
 * so that no square leaves the range.
 *
 * <p>{@link #compute} only puts work into the stream: a first {@link Attempt}. {@link #settle} waits for it, believes it if its certificate
 * holds, and otherwise makes the next.
 */
public final class DeviceNuclearNorm {
  /** In this order, as far as they apply. DIRECT, LOOK and POLAR are beginnings, of which there is one; LOOK gives no result. */
  private enum Attempt {
    DIRECT(Route.NEWTON),
    MORE_DIRECT_STEPS(Route.NEWTON),
    LOOK(Route.GRAM_POLAR),
    FLAT(Route.GRAM_POLAR),
    NOT_FLAT(Route.GRAM_POLAR),
    POLAR(Route.GRAM_POLAR),
    MORE_POLAR_STEPS(Route.GRAM_POLAR),
    EIGEN(Route.GRAM_EIGEN),
    JACOBI_IN_SINGLE(Route.JACOBI),
    JACOBI(Route.JACOBI),
    BIDIAGONAL(Route.BIDIAGONAL);

    final Route route;

    Attempt(Route route) {
      this.route = route;
    }
  }

  /** Single precision leaves k units of its last place in orthogonal factors, which the certificate sees some ten times as large. */
  private static final double SINGLE_ROUNDOFF = 0x1p-18;

  private static final int NOT_FINITE = -1;

  private final CudaWorkspace workspace;
  private final DeviceRows rows;
  private final LargeShapes largeShapes;
  private final PolarRoute polar;
  private final FlatPolarRoute flat;
  private final DirectPolarRoute direct;
  private final EigenRoute eigen;
  private final SvdRoute svd;
  private final DeviceBuffer report;
  private final Readback readback;
  private NuclearNorm.Request request = new NuclearNorm.Request(Route.AUTO, RankPolicy.MINIMAL_NORM, 0);
  private Attempt attempt = Attempt.POLAR;
  private boolean wantsPolar;
  private long polarFactor;
  private boolean settled;
  private long firstNonFinite;
  private @Nullable Result result;
  private double squaredNorm;
  private double largestRowSum;
  private double scale;

  /** A place for one evaluation at a time. */
  public DeviceNuclearNorm(CudaWorkspace workspace) {
    this(workspace, LargeShapes.DEFAULT);
  }

  /**
   * @param largeShapes those that are looked at first, or begin with polynomials of Y itself
   */
  DeviceNuclearNorm(CudaWorkspace workspace, LargeShapes largeShapes) {
    this.workspace = workspace;
    this.largeShapes = largeShapes;
    this.rows = new DeviceRows(workspace);
    this.polar = new PolarRoute(workspace, rows);
    this.flat = new FlatPolarRoute(workspace, rows, polar);
    this.direct = new DirectPolarRoute(workspace, rows, polar);
    this.eigen = new EigenRoute(workspace, rows, polar);
    this.svd = new SvdRoute(workspace, rows);
    this.report = workspace.buffer();
    this.readback = workspace.readback();
  }

  /**
   * Puts everything up to the first certificate into the stream, or up to an estimate on which the way there depends.
   *
   * @param valueOnly whether nobody will ask for the gradient; else the polar factor follows the certificate, which is read meanwhile
   */
  public void compute(DeviceInput x, boolean normalize, boolean valueOnly, NuclearNorm.Request request) {
    this.request = request;
    wantsPolar = !valueOnly;
    settled = false;
    workspace.queue().fill(report(), 0xFF, Report.offset(Report.PLACES));
    rows.scan(x, normalize, report());
    attempt = first(x);
    start(x);
  }

  private Attempt first(DeviceInput x) {
    return switch (request.route()) {
      case JACOBI -> firstDecomposition(x);
      case NEWTON -> Attempt.DIRECT;
      case AUTO -> isCoarse() && largeShapes.hasNearlySquare(rows.shortSide(), rows.longSide()) ? Attempt.DIRECT : firstByGram();
      default -> firstByGram();
    };
  }

  private Attempt firstByGram() {
    return largeShapes.has(rows.shortSide()) ? Attempt.LOOK : Attempt.POLAR;
  }

  private boolean isCoarse() {
    return request.tolerance() >= DeviceGramRoot.COARSE;
  }

  private Attempt firstDecomposition(DeviceInput x) {
    boolean single = x.type() != ElementType.FLOAT64 && request.tolerance() >= rows.shortSide() * SINGLE_ROUNDOFF;
    return single ? Attempt.JACOBI_IN_SINGLE : Attempt.JACOBI;
  }

  private void start(DeviceInput x) {
    rows.pack(x, attempt != Attempt.JACOBI_IN_SINGLE);
    switch (attempt) {
      case DIRECT -> direct.compute(request.tolerance(), report());
      case MORE_DIRECT_STEPS -> direct.resume();
      case LOOK -> flat.look(request.tolerance(), report());
      case FLAT -> flat.compute(request.tolerance());
      case NOT_FLAT -> polar.computeFromGram(report());
      case POLAR -> polar.compute(request.tolerance(), report());
      case MORE_POLAR_STEPS -> polar.resume();
      case EIGEN -> eigen.compute(squaredNorm, request.tolerance(), report());
      case JACOBI_IN_SINGLE, JACOBI -> svd.compute(true, request.rankPolicy(), report());
      case BIDIAGONAL -> svd.compute(false, request.rankPolicy(), report());
    }
    readback.start(report(), Report.offset(Report.PLACES));
    if (attempt == Attempt.LOOK) {
      polarFactor = rows.address(); // any numbers, where X is not finite and nothing follows
    } else if (wantsPolar) {
      polarFactor = taken().polar();
    }
  }

  /**
   * Waits for the result; does nothing if that was done before.
   *
   * @throws ArithmeticException if nothing can be certified, or not the route that was asked for
   */
  public void settle(DeviceInput x) {
    while (!settled) {
      if (accept()) {
        settled = true;
        return;
      }
      attempt =
          switch (attempt) {
            case DIRECT -> Attempt.MORE_DIRECT_STEPS;
            case LOOK -> flat.suits(readback.get(Report.offset(Report.PLACES))) ? Attempt.FLAT : Attempt.NOT_FLAT;
            case FLAT -> Attempt.NOT_FLAT;
            case NOT_FLAT, POLAR -> polar.isFine() ? afterPolar(x) : Attempt.MORE_POLAR_STEPS;
            case MORE_DIRECT_STEPS, MORE_POLAR_STEPS -> afterPolar(x);
            case EIGEN -> firstDecomposition(x);
            case JACOBI_IN_SINGLE -> Attempt.JACOBI;
            case JACOBI -> Attempt.BIDIAGONAL;
            case BIDIAGONAL ->
                throw new ArithmeticException(
                    "no decomposition of " + shape(x) + " can be certified to " + request.tolerance()
                        + "; compute it on the CPU, and report what it was");
          };
      start(x);
    }
  }

  private Attempt afterPolar(DeviceInput x) {
    if (request.route() != Route.AUTO) {
      throw new ArithmeticException(
          "route " + request.route() + " cannot certify " + shape(x) + " to " + request.tolerance() + "; choose Route.AUTO or Route.JACOBI");
    }
    // what the Gram matrix has lost of binary64 data, and null vectors, are in no eigenvalue of it
    boolean mayCut = !polar.isFine() && request.rankPolicy() == RankPolicy.MINIMAL_NORM && squaredNorm > 0;
    return mayCut ? Attempt.EIGEN : firstDecomposition(x);
  }

  private static String shape(DeviceInput x) {
    return "this " + x.rows() + "×" + x.columns() + " matrix";
  }

  private boolean accept() {
    MemorySegment host = readback.get(Report.offset(Report.PLACES));
    firstNonFinite = host.getAtIndex(ValueLayout.JAVA_LONG, Report.FIRST_NONFINITE);
    squaredNorm = CudaWorkspace.number(host, Report.ROWS);
    largestRowSum = CudaWorkspace.number(host, Report.ROWS + 1);
    scale = CudaWorkspace.number(host, Report.ROWS + 2);
    result = isFinite() && attempt != Attempt.LOOK ? taken().accept(host, squaredNorm, request.tolerance()) : null;
    return result != null || !isFinite();
  }

  private DeviceRoute taken() {
    return switch (attempt) {
      case DIRECT, MORE_DIRECT_STEPS -> direct;
      case LOOK, FLAT -> flat;
      case NOT_FLAT, POLAR, MORE_POLAR_STEPS -> polar;
      case EIGEN -> eigen;
      case JACOBI_IN_SINGLE, JACOBI, BIDIAGONAL -> svd;
    };
  }

  /** Whether all entries are finite. All that follows is defined after {@link #settle} only. */
  public boolean isFinite() {
    return firstNonFinite == NOT_FINITE;
  }

  /** The exception for the first entry that is not. */
  public NonFiniteInputException nonFinite(DeviceInput x) {
    return x.nonFinite(firstNonFinite);
  }

  private Result result() {
    return Objects.requireNonNull(result);
  }

  /** Σσ of Y. This and what follows is defined for finite matrices only. */
  public double sum() {
    return result().sum();
  }

  /** A lower bound of Σσ. */
  public double lower() {
    return result().lower();
  }

  /** An upper bound of Σσ. */
  public double upper() {
    return result().upper();
  }

  /** Number of singular values that count. */
  public int rank() {
    return result().rank();
  }

  /** The route that was believed. */
  public Route route() {
    return attempt.route;
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

  /** out := factor·∂Σσ/∂X on the device, without the unit u; NaN everywhere if X is not finite. Settled, and not of a value only. */
  public void gradient(double factor, Matrix out) {
    rows.gradient(polarFactor, factor, out);
  }

  private long report() {
    return report.atLeast(Report.offset(Report.PLACES));
  }
}
