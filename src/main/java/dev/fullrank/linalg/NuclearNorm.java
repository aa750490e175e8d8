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

  /** The part of Σσ that the eigenvalue route may leave without gradient, as a share of the tolerance. */
  private static final double TAIL_SHARE = 0x1p-4;

  /**
   * The Gram matrix loses κ²·u; binary64 data deserve better than to lose so much of the tolerance. At 10⁻¹¹ this is a condition
   * number of 37.
   */
  private static final double SHARE_LOST = 0x1p-6;

  /** A Newton step is to leave less, since its own rounding comes on top: at 10⁻¹¹ a condition number of 6.6. */
  private static final double NEWTON_SHARE = 0x1p-5;

  /** Accuracy of one-sided Jacobi: each singular value is off by at most 4·√n·eps·σ₁. */
  private static final double JACOBI_ERROR = 4;

  private final DenseOps<S> ops;
  private final GramRoute<S> gramRoute;
  private final NewtonPolar<S> newton;
  private final GramEigen<S> gramEigen;
  private final JacobiPolar jacobi;
  private double[] factors = {};
  private double sum;
  private double lower;
  private double upper;
  private double tolerance;
  private int rank;
  private Route taken = Route.AUTO;

  /** A workspace over the given operations; column operations serve the reference route. */
  public NuclearNorm(DenseOps<S> ops, ColumnOps columnOps) {
    this.ops = ops;
    this.gramRoute = new GramRoute<>(ops);
    this.newton = new NewtonPolar<>(ops, gramRoute.root(), gramRoute.certificate());
    this.gramEigen = new GramEigen<>(ops, columnOps);
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
    boolean mayCut = route == Route.AUTO || route == Route.GRAM_EIGEN;
    boolean done =
        byPolarSteps(y, squaredNorm, request)
            || (mayCut && request.rankPolicy() == RankPolicy.MINIMAL_NORM && byGramEigen(y, squaredNorm, request.tolerance()));
    if (!done && route != Route.AUTO) {
      throw new ArithmeticException(
          "route " + route + " cannot certify this " + y.rows() + "×" + y.columns() + " matrix: its squared condition number is about "
              + gramRoute.root().squaredCondition() + "; choose Route.AUTO or Route.JACOBI");
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
    if (type == ElementType.FLOAT64 && request.route() == Route.AUTO) {
      if (byPolarSteps(y, squaredNorm, request)) {
        return;
      }
    } else {
      gram(y);
    }
    int k = ops.order();
    double sigma = Math.sqrt(squaredNorm / k);
    double allowed = k * JACOBI_ERROR * Math.sqrt(Math.max(y.rows(), y.columns())) * type.epsilon() * sigma;
    if (gramRoute.root().survey()
        && gramRoute.computeValue(y, squaredNorm, request.tolerance())
        && gramRoute.upper() - gramRoute.lower() <= allowed) {
      publish(gramRoute.sum(), gramRoute.lower(), gramRoute.upper(), k, Route.TRIDIAGONAL);
      return;
    }
    gramEigen.values(GramRoute.gramError(y, squaredNorm));
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
    }
    for (int i = 0; i < b; i++) {
      factors[i] = unitRows ? factor * inverseNorms[i] : factor;
    }
    if (taken == Route.JACOBI) {
      jacobi.gradient(ops, y, unitRows, factors, out);
      return;
    }
    if (taken == Route.NEWTON) {
      newton.gradient(y, unitRows, factors, out);
    } else if (taken == Route.GRAM_EIGEN) {
      gramRoute.gradientByRoot(y, Precision.DOUBLE, unitRows, factors, out);
    } else {
      gramRoute.gradient(y, tolerance, unitRows, factors, out);
    }
  }

  private void gram(Operand y) {
    if (y.rows() <= y.columns()) {
      ops.resize(y.rows());
      ops.gramOfRows(y, ops.buffer(GramRoot.G));
    } else {
      ops.resize(y.columns());
      ops.gramOfColumns(y, ops.buffer(GramRoot.G));
    }
  }

  /**
   * The routes without a decomposition: on the Gram matrix, or on the matrix itself where that is square and its Gram matrix would
   * cost more digits than binary64 data deserve, or has too few left. If it fails the Gram matrix is in its buffer.
   */
  private boolean byPolarSteps(Operand y, double squaredNorm, Request request) {
    Route route = request.route();
    boolean automatic = route == Route.AUTO;
    boolean newtonFirst = route == Route.NEWTON || (automatic && y.matrix().type() == ElementType.FLOAT64);
    double wellConditioned = automatic ? mostSquaredCondition(request.tolerance()) : 0;
    if (newtonFirst && byNewton(y, request.tolerance(), wellConditioned)) {
      return true;
    }
    gram(y);
    if (route == Route.NEWTON) {
      gramRoute.root().survey(); // for the message
    }
    if (route == Route.NEWTON || route == Route.GRAM_EIGEN) {
      return false;
    }
    if (byGramPolar(y, squaredNorm, request.tolerance())) {
      return true;
    }
    if (automatic && !newtonFirst && y.rows() == y.columns()) {
      if (byNewton(y, request.tolerance(), 0)) {
        return true;
      }
      gram(y);
    }
    return false;
  }

  private static double mostSquaredCondition(double tolerance) {
    return SHARE_LOST * tolerance / (0.5 * Math.ulp(1.0));
  }

  private boolean byNewton(Operand y, double requested, double leastSquaredCondition) {
    if (y.rows() != y.columns()) {
      return false;
    }
    ops.resize(y.rows());
    if (!newton.compute(y, requested, leastSquaredCondition, mostSquaredCondition(requested) * NEWTON_SHARE)) {
      return false;
    }
    publish(newton.sum(), newton.sum() - newton.error(), newton.sum() + newton.error(), ops.order(), Route.NEWTON);
    return true;
  }

  private boolean byGramPolar(Operand y, double squaredNorm, double requested) {
    if (!gramRoute.computeInSingle(y, squaredNorm, requested)
        && !(gramRoute.root().survey() && gramRoute.compute(y, squaredNorm, requested))) {
      return false;
    }
    tolerance = requested;
    publish(gramRoute.sum(), gramRoute.lower(), gramRoute.upper(), ops.order(), Route.GRAM_POLAR);
    return true;
  }

  private boolean byGramEigen(Operand y, double squaredNorm, double tolerance) {
    double floor = GramRoute.gramError(y, squaredNorm);
    double cut = floor / tolerance;
    if (!gramEigen.compute(floor, cut, tolerance * TAIL_SHARE)
        || !GramRoute.survivesSquaring(y, gramEigen.meanRatio(), tolerance)) {
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
