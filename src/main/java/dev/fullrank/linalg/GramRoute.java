package dev.fullrank.linalg;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * The fast route: Z = G^(-1/2) by {@link GramPolar}, certified, Σσ = ⟨Z, G⟩ with an enclosure, and the polar factor Z·Y (Y·Z for
 * tall Y) on request.
 *
 * <p>Which products may be in single precision is decided by the condition number. For float data and a condition number κ with
 * κ·2⁻²⁴ below half of the tolerance the last product is; beyond it a nearly square matrix is brought to a moderate condition
 * number by one step in double, and all that follows is in single ({@link GramPolar}, "split"); else everything is in double.
 *
 * <p>An instance is a workspace: one thread at a time.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class GramRoute<S> {
  private static final double UNIT_ROUNDOFF = 0x1p-53;
  private static final double SINGLE_ROUNDOFF = 0x1p-24;

  /**
   * ‖fl(G) − G‖₂ ≤ GRAM_ERROR·√n·u·tr G: rounding errors of a sum of n products behave as √n·u times a small factor
   * (Higham and Mary, "A new approach to probabilistic rounding error analysis", SIAM J. Sci. Comput. 41, 2019), for which 4
   * leaves a failure probability of about 10⁻³ for a single worst entry.
   */
  private static final double GRAM_ERROR = 4;

  /** The steps stop far below the tolerance where that is cheap: their convergence is cubic. */
  private static final double FINEST_SHARE = 0x1p-10;

  /** ... and never closer to the tolerance than this: the certificate overestimates what they leave by a factor below 8. */
  private static final double COARSEST_SHARE = 0x1p-3;

  /** In between they stop at the rounding of a product in the type of the input, a few units in the last place. */
  private static final double ULPS = 4;

  /** A residual below this is one that a step more can mend, if rounding is not its cause. */
  private static final double MENDABLE = 0.5;

  /** With these, products of normalised matrices keep 2⁶⁰ from the ends of the range of single precision. */
  private static final double LEAST_FACTOR = 0x1p-60;

  private static final double MOST_FACTOR = 0x1p60;

  /** Up to this ratio of the sides a split pays: it costs a product with the data and saves some of order k. */
  private static final int SPLIT_RATIO = 2;

  /** Beyond this order the residual of steps in single was measured to exceed what is allowed, and the attempt is lost. */
  private static final int MOST_TO_SPLIT = 128;

  /**
   * The rounding of the Gram matrix, about u·σ₁² in norm, reaches Σσ through ½·tr Z. In double 4·√n·eps·σ₁ are promised for Σσ/k,
   * which the mean of σ₁/σ_i exhausts at 16·√n; a third of that leaves room for the unlucky.
   */
  private static final double VALUE_CONDITION = 16.0 / 3;

  /** The tolerance at which that promise is made; who asks for less of the gradient gets less of the value. */
  private static final double FINEST_TOLERANCE = 1e-11;

  private final DenseOps<S> ops;
  private final GramPolar<S> polar;
  private final Certificate<S> certificate;
  private final Operand preconditioned = new Operand();
  private float[] first = {};
  private float[] second = {};
  private @Nullable Matrix firstView;
  private @Nullable Matrix secondView;
  private final Operand scaled = new Operand();
  private double[] scales = {};
  private double[] radial = {};
  private double sum;
  private double lower;
  private double upper;

  GramRoute(DenseOps<S> ops, ColumnOps columnOps) {
    this.ops = ops;
    this.polar = new GramPolar<>(ops, columnOps);
    this.certificate = new Certificate<>(ops);
  }

  /** Σσ. */
  double sum() {
    return sum;
  }

  /** Enclosure of Σσ from below. */
  double lower() {
    return lower;
  }

  /** Enclosure of Σσ from above. */
  double upper() {
    return upper;
  }

  /** What the steps know of G. */
  GramPolar<S> polar() {
    return polar;
  }

  /** A bound of the rounding errors of the Gram matrix in norm. */
  static double gramError(Operand y, double squaredNorm) {
    return GRAM_ERROR * Math.sqrt(longSide(y)) * UNIT_ROUNDOFF * squaredNorm;
  }

  private static double longSide(Operand y) {
    return Math.max(y.rows(), y.columns());
  }

  /** What certifies Z. */
  Certificate<S> certificate() {
    return certificate;
  }

  /**
   * Computes Z and Σσ from the Gram matrix in buffer {@link GramPolar#G}, which {@link GramPolar#survey} has seen; false if the
   * result cannot be certified.
   */
  boolean compute(Operand y, double squaredNorm, double tolerance) {
    if (!(polar.squaredCondition() <= tolerance / UNIT_ROUNDOFF)) {
      return false;
    }
    boolean nearlySquare = longSide(y) <= SPLIT_RATIO * ops.order();
    boolean singles = y.matrix().type() != ElementType.FLOAT64 && mayUseSingle(tolerance);
    boolean split = ops.order() <= MOST_TO_SPLIT && nearlySquare && singles && !singleSuffices(tolerance);
    return (split && attempt(y, squaredNorm, tolerance, true)) || attempt(y, squaredNorm, tolerance, false);
  }

  /** Whether products with matrices as ill conditioned as Z keep the tolerance in single precision. */
  private boolean singleSuffices(double tolerance) {
    return Math.sqrt(polar.squaredCondition()) * SINGLE_ROUNDOFF <= tolerance / 2;
  }

  /** Whether a few roundings in single precision keep the tolerance. */
  private static boolean mayUseSingle(double tolerance) {
    return ULPS * SINGLE_ROUNDOFF <= tolerance / 2;
  }

  private boolean attempt(Operand y, double squaredNorm, double tolerance, boolean split) {
    if (!polar.compute(iterationAccuracy(y, tolerance), split)) {
      return false;
    }
    S g = ops.buffer(GramPolar.G);
    S z = ops.buffer(GramPolar.Z);
    S p = split ? ops.buffer(GramPolar.P) : null;
    double allowed = 2 * tolerance;
    double residual = certificate.polarResidual(y, g, z, p, allowed);
    if (!split && residual > allowed && residual < MENDABLE && polar.refine(residual)) {
      residual = certificate.polarResidual(y, g, z, p, allowed);
    }
    return residual <= allowed && valueSurvivesSquaring(y, tolerance) && evaluate(y, squaredNorm, tolerance, residual);
  }

  /** How far from 1 the steps may leave a singular value: half of what is promised for Σσ is the most that n asks for. */
  private static double iterationAccuracy(Operand y, double tolerance) {
    double rounding = Math.min(ULPS, 2 * Math.sqrt(longSide(y))) * y.matrix().type().epsilon();
    return Math.clamp(rounding, FINEST_SHARE * tolerance, COARSEST_SHARE * tolerance);
  }

  /**
   * With ‖QQᵀ − I‖ ≤ ρ, ‖Q‖₂ ≤ √(1+ρ), so ⟨Q,Y⟩/√(1+ρ) ≤ ‖Y‖_* by duality; and for every symmetric positive definite P, ‖Y‖_* ≤
   * ½(tr P + tr(P⁻¹G)), where P = Z⁻¹ has tr Z⁻¹ ≤ tr(ZG)/(1−ρ). At P = G^½ the right side is least, so an error of Z enters it
   * squared: it is the value wherever that of tr(ZG), about κ²·u, would be too much.
   */
  private boolean evaluate(Operand y, double squaredNorm, double tolerance, double residual) {
    S z = ops.buffer(GramPolar.Z);
    double inner =
        polar.split()
            ? ops.dot(ops.buffer(GramPolar.P), ops.buffer(GramPolar.ZG))
            : ops.dot(z, ops.buffer(GramPolar.G));
    sum = tolerance <= FINEST_TOLERANCE ? 0.5 * (inner + traceOfInverse(z)) : inner;
    double rounding = 0.5 * traceOfRoot() * gramError(y, squaredNorm);
    lower = inner / Math.sqrt(1 + residual) - rounding;
    upper = 0.5 * inner * (1 + 1 / (1 - residual)) + rounding;
    return Double.isFinite(sum);
  }

  /** tr Z. */
  private double traceOfRoot() {
    S z = ops.buffer(GramPolar.Z);
    return polar.split() ? ops.dot(ops.buffer(GramPolar.P), z) : ops.trace(z);
  }

  /** Whether Σσ from the Gram matrix, of which Z is the inverse root, is as accurate as promised. */
  boolean valueSurvivesSquaring(Operand y, double tolerance) {
    S g = ops.buffer(GramPolar.G);
    double largest = Math.sqrt(Math.min(Math.sqrt(ops.dot(g, g)), ops.normInf(g)));
    double meanRatio = traceOfRoot() * largest / ops.order();
    return meanRatio <= VALUE_CONDITION * Math.sqrt(longSide(y)) * Math.max(1, tolerance / FINEST_TOLERANCE);
  }

  /** tr Z⁻¹, or NaN if Z is not positive definite; scaled so that the roots inside round alike for Z and for 2·Z. */
  private double traceOfInverse(S z) {
    S copy = ops.buffer(1);
    S inverse = ops.buffer(2);
    double unit = Math.scalb(1.0, -Math.getExponent(ops.trace(z)));
    ops.combine(0, unit, z, 0, z, copy);
    return ops.invertPositiveDefinite(copy, inverse) ? unit * ops.trace(inverse) : Double.NaN;
  }

  /**
   * out_i := factors_i·(q_i − t_i·y_i), t_i = ⟨q_i, y_i⟩ if {@code project}, else 0, for the rows q_i of Q.
   *
   * @param tolerance that of {@link #compute}
   */
  void gradient(Operand y, double tolerance, boolean project, double[] factors, Matrix out) {
    if (polar.split()) {
      gradientOfSplit(y, project, factors, out);
    } else {
      boolean single = y.matrix().type() != ElementType.FLOAT64 && singleSuffices(tolerance) && fitSingle(y, factors);
      if (single && !project) {
        gradientInSingle(y, factors, out);
      } else {
        gradientByRoot(y, single ? Precision.SINGLE : Precision.DOUBLE, project, factors, out);
      }
    }
  }

  /** Whether products with the factors stay far from the ends of the range of single precision. */
  private static boolean fitSingle(Operand y, double[] factors) {
    for (int i = 0; i < y.rows(); i++) {
      double size = Math.abs(factors[i]);
      if (!(size >= LEAST_FACTOR && size <= MOST_FACTOR)) {
        return false;
      }
    }
    return true;
  }

  /** Q = (2^−e·Z)·(2^e·Y) with 2^e·σ₁ about 1, so that neither factor leaves the range of single precision. */
  private void gradientInSingle(Operand y, double[] factors, Matrix out) {
    int e = -polar.exponent();
    double[] given = y.rowScale();
    if (scales.length < y.rows()) {
      scales = new double[y.rows()];
    }
    for (int i = 0; i < y.rows(); i++) {
      scales[i] = Math.scalb(given == null ? 1.0 : given[i], e);
    }
    S z = ops.buffer(GramPolar.Z);
    ops.combine(0, Math.scalb(1.0, -e), z, 0, z, z);
    gradientByRoot(scaled.set(y.matrix(), scales, null), Precision.SINGLE, false, factors, out);
    ops.combine(0, Math.scalb(1.0, e), z, 0, z, z);
    scaled.clear();
  }

  /** The same with Z in buffer {@link GramPolar#Z}, whoever made it. */
  void gradientByRoot(Operand y, Precision precision, boolean project, double[] factors, Matrix out) {
    S z = ops.buffer(GramPolar.Z);
    if (y.rows() > y.columns()) {
      ops.rightProduct(y, z, project, factors, out, precision);
      return;
    }
    // the row dots ⟨(ZY)_i, y_i⟩ are the diagonal of Z·G: normalisation costs nothing beyond k×k
    S m = ops.buffer(1);
    ops.combine(0, 1, z, 0, z, m);
    if (project) {
      if (radial.length < y.rows()) {
        radial = new double[y.rows()];
      }
      ops.rowDots(z, ops.buffer(GramPolar.G), radial);
      ops.subtractDiagonal(m, radial);
    }
    ops.scaleRows(factors, m);
    ops.leftProduct(m, y, null, out, precision);
  }

  /** Q = P·(F₁Y/α), the inner product in double, the outer one in single; both are free of the scale of Y. */
  private void gradientOfSplit(Operand y, boolean project, double[] factors, Matrix out) {
    boolean wide = y.rows() <= y.columns();
    S z = ops.buffer(GramPolar.Z);
    S p = ops.buffer(GramPolar.P);
    Matrix x = view(true, y);
    boolean after = project || !fitSingle(y, factors);
    Matrix q = after ? view(false, y) : out;
    preconditioned.set(x, null, null);
    if (wide) {
      ops.leftProduct(z, y, null, x, Precision.DOUBLE);
      S m = ops.buffer(1);
      ops.combine(0, 1, p, 0, p, m);
      if (!after) {
        ops.scaleRows(factors, m);
      }
      ops.leftProduct(m, preconditioned, null, q, Precision.SINGLE);
    } else {
      ops.rightProduct(y, z, false, null, x, Precision.DOUBLE);
      ops.rightProduct(preconditioned, p, false, after ? null : factors, q, Precision.SINGLE);
    }
    if (project) {
      ops.projectRows(q, y, factors, out);
    } else if (after) {
      ops.store(preconditioned.set(q, factors, null), out);
    }
  }

  private Matrix view(boolean ofFirst, Operand y) {
    int size = Math.multiplyExact(y.rows(), y.columns());
    if (first.length < size) {
      first = new float[size];
      second = new float[size];
      firstView = null;
      secondView = null;
    }
    Matrix view = ofFirst ? firstView : secondView;
    if (view == null || !view.hasShapeOf(y.matrix())) {
      view = Matrix.of(ofFirst ? first : second, y.rows(), y.columns());
      if (ofFirst) {
        firstView = view;
      } else {
        secondView = view;
      }
    }
    return view;
  }
}
