package dev.fullrank.linalg;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.RankPolicy;
import dev.fullrank.Route;

/**
 * ‖Y‖_* = Σσ of a b×d matrix with an enclosure, and its subgradient: the one place that chooses a route, certifies it and falls
 * back.
 *
 * <p>An instance is a workspace: one thread at a time.
 *
 * @param <S> a square matrix in the memory of the device
 */
public final class NuclearNorm<S> {
  /**
   * What is asked for.
   *
   * @param route {@link Route#AUTO}, or the only route allowed
   * @param rankPolicy the subgradient at rank deficiency
   * @param tolerance how far the singular values of the polar factor may be from 1, and how much of Σσ may get no gradient
   */
  public record Request(Route route, RankPolicy rankPolicy, double tolerance) {}

  private static final double UNIT_ROUNDOFF = 0x1p-53;

  /**
   * ‖fl(G) − G‖₂ ≤ GRAM_ERROR·√n·u·tr G: rounding errors of a sum of n products behave as √n·u times a small factor
   * (Higham and Mary, "A new approach to probabilistic rounding error analysis", SIAM J. Sci. Comput. 41, 2019), for which 4
   * leaves a failure probability of about 10⁻³ for a single worst entry.
   */
  private static final double GRAM_ERROR = 4;

  /** The steps stop far below the tolerance where that is cheap: their convergence is cubic. */
  private static final double FINEST_SHARE = 0x1p-10;

  /** ... and never closer to the tolerance than this. */
  private static final double COARSEST_SHARE = 0x1p-2;

  /** In between they stop at the rounding of a product in the type of the input, a few units in the last place. */
  private static final double ULPS = 8;

  /** A residual below this is one that a step more can mend, if rounding is not its cause. */
  private static final double MENDABLE = 0.5;

  /** The part of Σσ that the eigenvalue route may leave without gradient, as a share of the tolerance. */
  private static final double TAIL_SHARE = 0x1p-4;

  /** Accuracy of one-sided Jacobi: each singular value is off by at most 4·√n·eps·σ₁. */
  private static final double JACOBI_ERROR = 4;

  /**
   * The rounding of the Gram matrix, about u·σ₁² in norm, reaches Σσ through ½·tr Z. In double 4·√n·eps·σ₁ are promised for Σσ/k,
   * which the mean of σ₁/σ_i exhausts at 16·√n; a third of that leaves room for the unlucky.
   */
  private static final double VALUE_CONDITION = 16.0 / 3;

  /** The tolerance at which that promise is made; who asks for less of the gradient gets less of the value. */
  private static final double FINEST_TOLERANCE = 1e-11;

  private final DenseOps<S> ops;
  private final GramPolar<S> gramPolar;
  private final GramEigen<S> gramEigen;
  private final Certificate<S> certificate;
  private final JacobiPolar jacobi;
  private double[] factors = {};
  private double[] radial = {};
  private double sum;
  private double lower;
  private double upper;
  private int rank;
  private Route taken = Route.AUTO;

  /** A workspace over the given operations; column operations serve the reference route. */
  public NuclearNorm(DenseOps<S> ops, ColumnOps columnOps) {
    this.ops = ops;
    this.gramPolar = new GramPolar<>(ops, columnOps);
    this.gramEigen = new GramEigen<>(ops, columnOps);
    this.certificate = new Certificate<>(ops);
    this.jacobi = new JacobiPolar(columnOps);
  }

  /** Σσ. */
  public double sum() {
    return sum;
  }

  /** A lower bound of Σσ. */
  public double lower() {
    return lower;
  }

  /** An upper bound of Σσ. */
  public double upper() {
    return upper;
  }

  /** Number of singular values that take part in the subgradient. */
  public int rank() {
    return rank;
  }

  /** The route that was taken. */
  public Route route() {
    return taken;
  }

  /**
   * Computes Σσ and keeps what {@link #gradient} needs.
   *
   * @param y finite, and scaled so that its squares neither overflow nor underflow as a whole
   * @param squaredNorm ‖Y‖_F²
   * @throws ArithmeticException if a forced route cannot certify its result
   */
  public void compute(Operand y, double squaredNorm, Request request) {
    Route route = request.route();
    if (route == Route.TRIDIAGONAL) {
      throw new IllegalArgumentException("route TRIDIAGONAL computes values only; choose AUTO for gradients");
    }
    if (route == Route.JACOBI) {
      byJacobi(y, request.rankPolicy(), true);
      return;
    }
    gram(y);
    boolean done =
        (route != Route.GRAM_EIGEN && byGramPolar(y, squaredNorm, request.tolerance()))
            || (route != Route.GRAM_POLAR
                && request.rankPolicy() == RankPolicy.MINIMAL_NORM
                && byGramEigen(y, squaredNorm, request.tolerance()));
    if (!done && route != Route.AUTO) {
      throw new ArithmeticException(
          "route " + route + " cannot certify this " + y.rows() + "×" + y.columns() + " matrix: its squared condition number is about "
              + gramPolar.squaredCondition() + "; choose Route.AUTO or Route.JACOBI");
    }
    if (!done) {
      byJacobi(y, request.rankPolicy(), true);
    }
  }

  /**
   * Computes Σσ alone, as {@link #compute} does but by the cheapest route that is accurate enough.
   *
   * @param type of the input, whose precision the value has to match
   */
  public void computeValue(Operand y, double squaredNorm, ElementType type, Request request) {
    if (request.route() != Route.AUTO && request.route() != Route.TRIDIAGONAL) {
      compute(y, squaredNorm, request);
      return;
    }
    gram(y);
    if (request.route() == Route.AUTO && byGramPolar(y, squaredNorm, request.tolerance())) {
      return;
    }
    double floor = gramError(y, squaredNorm);
    gramEigen.values(floor);
    int k = ops.order();
    double sigma = Math.sqrt(squaredNorm / k);
    double allowed = k * JACOBI_ERROR * Math.sqrt(Math.max(y.rows(), y.columns())) * type.epsilon() * sigma;
    boolean accurate = gramEigen.upper() - gramEigen.lower() <= allowed;
    if (!accurate && request.route() == Route.AUTO) {
      byJacobi(y, request.rankPolicy(), false);
      return;
    }
    publish(gramEigen.sum(), gramEigen.lower(), gramEigen.upper(), gramEigen.rank(), Route.TRIDIAGONAL);
  }

  /**
   * out := factor·(∂‖Y‖_* / ∂X), where Y is X itself, X times a power of two, or X with rows of unit norm.
   *
   * @param y the operand of the last {@link #compute}
   * @param unitRows whether the rows of Y are those of X divided by their norms, so that the derivative of that is applied
   * @param inverseNorms 1/‖x_i‖, read if {@code unitRows}
   */
  public void gradient(Operand y, double factor, boolean unitRows, double[] inverseNorms, Matrix out) {
    int b = y.rows();
    if (factors.length < b) {
      factors = new double[b];
      radial = new double[b];
    }
    for (int i = 0; i < b; i++) {
      factors[i] = unitRows ? factor * inverseNorms[i] : factor;
    }
    if (taken == Route.JACOBI) {
      jacobi.gradient(ops, y, unitRows, factors, out);
      return;
    }
    S z = ops.buffer(GramPolar.Z);
    if (b > y.columns()) {
      ops.rightProduct(y, z, unitRows, factors, out);
      return;
    }
    // the row dots ⟨(ZY)_i, y_i⟩ are the diagonal of Z·G: normalisation costs nothing beyond k×k
    S m = ops.buffer(1);
    ops.combine(0, 1, z, 0, z, m);
    if (unitRows) {
      ops.rowDots(z, ops.buffer(GramPolar.G), radial);
      ops.subtractDiagonal(m, radial);
    }
    ops.scaleRows(factors, m);
    ops.leftProduct(m, y, null, out);
  }

  private void gram(Operand y) {
    if (y.rows() <= y.columns()) {
      ops.resize(y.rows());
      ops.gramOfRows(y, ops.buffer(GramPolar.G));
    } else {
      ops.resize(y.columns());
      ops.gramOfColumns(y, ops.buffer(GramPolar.G));
    }
  }

  private static double gramError(Operand y, double squaredNorm) {
    return GRAM_ERROR * Math.sqrt(Math.max(y.rows(), y.columns())) * UNIT_ROUNDOFF * squaredNorm;
  }

  private boolean byGramPolar(Operand y, double squaredNorm, double tolerance) {
    if (!gramPolar.compute(tolerance / UNIT_ROUNDOFF, iterationAccuracy(y, tolerance))) {
      return false;
    }
    S z = ops.buffer(GramPolar.Z);
    double residual = certificate.polarResidual(y, z);
    if (residual > 2 * tolerance && residual < MENDABLE && gramPolar.refine(residual)) {
      residual = certificate.polarResidual(y, z);
    }
    if (!(residual <= 2 * tolerance) || !valueSurvivesSquaring(y, tolerance)) {
      return false;
    }
    // With ‖ZGZ − I‖ ≤ ρ the matrix Q = ZY has ‖Q‖₂ ≤ √(1+ρ), so ⟨Q,Y⟩/√(1+ρ) ≤ ‖Y‖_* by duality; and for every symmetric
    // positive definite P, ‖Y‖_* ≤ ½(tr P + tr(P⁻¹G)), where P = Z⁻¹ has tr Z⁻¹ ≤ tr(ZG)/(1−ρ). At P = G^½ the right side is
    // least, so an error of Z enters it squared: it is the value wherever that of tr(ZG), about κ²·u, would be too much.
    double inner = ops.dot(z, ops.buffer(GramPolar.G));
    double value = tolerance <= FINEST_TOLERANCE ? 0.5 * (inner + traceOfInverse(z)) : inner;
    if (!Double.isFinite(value)) {
      return false;
    }
    double rounding = 0.5 * ops.trace(z) * gramError(y, squaredNorm);
    double least = inner / Math.sqrt(1 + residual) - rounding;
    double most = 0.5 * inner * (1 + 1 / (1 - residual)) + rounding;
    publish(value, least, most, ops.order(), Route.GRAM_POLAR);
    return true;
  }

  /** How far from 1 the steps may leave a singular value: half of what is promised for Σσ is the most that n asks for. */
  private static double iterationAccuracy(Operand y, double tolerance) {
    double n = Math.max(y.rows(), y.columns());
    double rounding = Math.min(ULPS, 2 * Math.sqrt(n)) * y.matrix().type().epsilon();
    return Math.clamp(rounding, FINEST_SHARE * tolerance, COARSEST_SHARE * tolerance);
  }

  /** Whether Σσ from the Gram matrix, of which Z is the inverse root, is as accurate as promised. */
  private boolean valueSurvivesSquaring(Operand y, double tolerance) {
    S g = ops.buffer(GramPolar.G);
    double largest = Math.sqrt(Math.min(Math.sqrt(ops.dot(g, g)), ops.normInf(g)));
    double meanRatio = ops.trace(ops.buffer(GramPolar.Z)) * largest / ops.order();
    double n = Math.max(y.rows(), y.columns());
    return meanRatio <= VALUE_CONDITION * Math.sqrt(n) * Math.max(1, tolerance / FINEST_TOLERANCE);
  }

  /** tr Z⁻¹, or NaN if Z is not positive definite; scaled so that the roots inside round alike for Z and for 2·Z. */
  private double traceOfInverse(S z) {
    S copy = ops.buffer(1);
    S inverse = ops.buffer(2);
    double unit = Math.scalb(1.0, -Math.getExponent(ops.trace(z)));
    ops.combine(0, unit, z, 0, z, copy);
    return ops.invertPositiveDefinite(copy, inverse) ? unit * ops.trace(inverse) : Double.NaN;
  }

  private boolean byGramEigen(Operand y, double squaredNorm, double tolerance) {
    double floor = gramError(y, squaredNorm);
    double cut = floor / tolerance;
    if (!gramEigen.compute(floor, cut, tolerance * TAIL_SHARE) || !valueSurvivesSquaring(y, tolerance)) {
      return false;
    }
    publish(gramEigen.sum(), gramEigen.lower(), gramEigen.upper(), gramEigen.rank(), Route.GRAM_EIGEN);
    return true;
  }

  private void byJacobi(Operand y, RankPolicy policy, boolean polarWanted) {
    double value = jacobi.compute(ops, y, policy, polarWanted);
    int k = Math.min(y.rows(), y.columns());
    double error = k * JACOBI_ERROR * Math.sqrt(Math.max(y.rows(), y.columns())) * Math.ulp(1.0) * jacobi.largest();
    publish(value, value - error, value + error, jacobi.rank(), Route.JACOBI);
  }

  private void publish(double value, double least, double most, int rank, Route route) {
    this.sum = value;
    this.lower = Math.max(0, least);
    this.upper = most;
    this.rank = rank;
    this.taken = route;
  }
}
