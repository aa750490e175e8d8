package dev.fullrank.linalg;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;

/**
 * The fast route: Z = G^(-1/2) by {@link GramRoot}, certified, Σσ = tr G^½ with an enclosure, and the polar factor Z·Y (Y·Z for
 * tall Y) on request.
 *
 * <p>The last product may be in single precision for float data and a condition number κ with κ·2⁻²⁴ below half of the tolerance.
 *
 * <p>An instance is a workspace: one thread at a time.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class GramRoute<S> {
  private static final double SINGLE_ROUNDOFF = 0x1p-24;

  /** The rational function leaves this share of the tolerance: a digit costs a pole or two, of k² operations each. */
  private static final double SHARE = 0x1p-10;

  /** ... and no more than a part of a rounding of the data, whatever the tolerance, since Σσ is promised to be as accurate. */
  private static final double FINEST = 0x1p-54;

  /** In single 2⁻³² would do; with less one vector shows the certificate, which saves more than three poles cost. */
  private static final double FINEST_OF_SINGLE = 0x1p-40;

  /** Rounding errors of single precision leave a few units of κ·2⁻²⁴ in Z; what is asked for must be well above. */
  private static final double TOLERANCE_OF_SINGLE = 0x1p-19;

  /** With these, products of normalised matrices keep 2⁶⁰ from the ends of the range of single precision. */
  private static final double LEAST_FACTOR = 0x1p-60;

  private static final double MOST_FACTOR = 0x1p60;

  /** Eigenvalues that are at least so many times what G may be off by: √(λ − f) ≥ √λ − SLOPE·f/√λ for f ≤ λ/4. */
  private static final double FAR_FROM_ERROR = 4;

  /** 1/(2·√(3/4)), and a little. */
  private static final double SLOPE = 0.6;

  private final DenseOps<S> ops;
  private final GramRoot<S> root;
  private final ChebyshevRoot<S> polynomial;
  private final Certificate<S> certificate;
  private final Operand scaled = new Operand();
  private double[] scales = {};
  private double[] radial = {};
  private double squaredCondition;
  private double largestSingularValue;
  private double sum;
  private double lower;
  private double upper;

  GramRoute(DenseOps<S> ops) {
    this.ops = ops;
    this.root = new GramRoot<>(ops);
    this.polynomial = new ChebyshevRoot<>(ops);
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

  /** What is known of G. */
  GramRoot<S> root() {
    return root;
  }

  /** A bound of the rounding errors of the Gram matrix in norm. */
  static double gramError(Operand y, double squaredNorm) {
    return GramAccuracy.error(longSide(y), squaredNorm);
  }

  private static int longSide(Operand y) {
    return Math.max(y.rows(), y.columns());
  }

  /** What certifies Z. */
  Certificate<S> certificate() {
    return certificate;
  }

  /**
   * Computes Z and Σσ from the Gram matrix in buffer {@link GramRoot#G}, which {@link GramRoot#survey} has seen; false if the
   * result cannot be certified.
   */
  boolean compute(Operand y, double squaredNorm, double tolerance) {
    if (!choose(y, tolerance)) {
      return false;
    }
    root.form();
    squaredCondition = root.squaredCondition();
    largestSingularValue = root.largestSingularValue();
    S g = ops.buffer(GramRoot.G);
    S z = ops.buffer(GramRoot.Z);
    double residual = certificate.polarResidual(y, g, z, 2 * tolerance);
    if (!(residual <= 2 * tolerance)) {
      return false;
    }
    double inner = ops.dot(z, g);
    if (y.matrix().type() == ElementType.FLOAT64) {
      sum = root.bounded(0.5 * (inner + traceOfInverse(z)));
    }
    return enclose(inner, residual, root.traceOfRoot() * gramError(y, squaredNorm));
  }

  /**
   * The same for a well-conditioned matrix by a polynomial in single precision, which needs no survey; false, with the Gram matrix
   * unchanged, where it is no such matrix, or the result cannot be certified.
   */
  boolean computeInSingle(Operand y, double squaredNorm, double tolerance) {
    if (y.matrix().type() == ElementType.FLOAT64 || tolerance < TOLERANCE_OF_SINGLE || !polynomial.choose()) {
      return false;
    }
    polynomial.form();
    squaredCondition = polynomial.squaredCondition();
    largestSingularValue = polynomial.largestSingularValue();
    S g = ops.buffer(GramRoot.G);
    S z = ops.buffer(GramRoot.Z);
    double residual = certificate.polarResidualInParts(y, g, z, 2 * tolerance);
    if (!(residual <= 2 * tolerance)) {
      return false;
    }
    sum = ops.dot(z, g);
    return enclose(sum, residual, ops.trace(z) * gramError(y, squaredNorm));
  }

  /**
   * With ‖QQᵀ − I‖ ≤ ρ, ‖Q‖₂ ≤ √(1+ρ), so ⟨Q,Y⟩/√(1+ρ) ≤ ‖Y‖_* by duality; and for every symmetric positive definite P, ‖Y‖_* ≤
   * ½(tr P + tr(P⁻¹G)), where P = Z⁻¹ has tr Z⁻¹ ≤ tr(ZG)/(1−ρ).
   */
  private boolean enclose(double inner, double residual, double rounding) {
    lower = Math.min(sum, inner / Math.sqrt(1 + residual) - rounding);
    upper = Math.max(sum, 0.5 * inner * (1 + 1 / (1 - residual)) + rounding);
    return Double.isFinite(sum);
  }

  /**
   * tr Z⁻¹, or NaN if Z is singular. In ½(tr ZG + tr Z⁻¹), which is least at Z = G^(-1/2), an error of Z enters squared; T alone would
   * give Σσ to a few units of κ·u, more than is promised in double.
   */
  private double traceOfInverse(S z) {
    S copy = ops.buffer(1);
    S inverse = ops.buffer(2);
    ops.combine(0, 1, z, 0, z, copy);
    return ops.invert(copy, inverse) ? ops.trace(inverse) : Double.NaN;
  }

  /**
   * Computes Σσ and its enclosure alone, which rests on bounds of the rounding errors of G and T; false if G is too near to a
   * singular matrix for that.
   */
  boolean computeValue(Operand y, double squaredNorm, double tolerance) {
    double error = 2 * gramError(y, squaredNorm);
    if (!(root.smallestEigenvalue() >= FAR_FROM_ERROR * error) || !choose(y, tolerance)) {
      return false;
    }
    double rounding = SLOPE * root.traceOfRoot() * error + accuracy(y, tolerance) * sum;
    lower = sum - rounding;
    upper = sum + rounding;
    return Double.isFinite(sum);
  }

  private boolean choose(Operand y, double tolerance) {
    if (!(root.squaredCondition() <= GramAccuracy.mostSquaredCondition(tolerance)) || !root.choose(accuracy(y, tolerance))) {
      return false;
    }
    sum = root.sum();
    return survivesSquaring(y, root.traceOfRoot() * root.largestSingularValue() / ops.order(), tolerance);
  }

  private static double accuracy(Operand y, double tolerance) {
    return Math.min(y.matrix().type() == ElementType.FLOAT64 ? FINEST : FINEST_OF_SINGLE, SHARE * tolerance);
  }

  /** Whether Σσ from a Gram matrix is as accurate as promised, for that mean of σ₁/σ_i. */
  static boolean survivesSquaring(Operand y, double meanRatio, double tolerance) {
    return GramAccuracy.survivesSquaring(longSide(y), meanRatio, tolerance);
  }

  /** Whether products with matrices as ill conditioned as Z keep the tolerance in single precision. */
  private boolean singleSuffices(double tolerance) {
    return Math.sqrt(squaredCondition) * SINGLE_ROUNDOFF <= tolerance / 2;
  }

  /**
   * out_i := factors_i·(q_i − t_i·y_i), t_i = ⟨q_i, y_i⟩ if {@code project}, else 0, for the rows q_i of Q.
   *
   * @param tolerance that of {@link #compute}
   */
  void gradient(Operand y, double tolerance, boolean project, double[] factors, Matrix out) {
    boolean single = y.matrix().type() != ElementType.FLOAT64 && singleSuffices(tolerance) && fitSingle(y, factors);
    if (single && !project) {
      gradientInSingle(y, factors, out);
    } else {
      gradientByRoot(y, single ? Precision.SINGLE : Precision.DOUBLE, project, factors, out);
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
    int e = -Math.getExponent(largestSingularValue);
    double[] given = y.rowScale();
    if (scales.length < y.rows()) {
      scales = new double[y.rows()];
    }
    for (int i = 0; i < y.rows(); i++) {
      scales[i] = Math.scalb(given == null ? 1.0 : given[i], e);
    }
    S z = ops.buffer(GramRoot.Z);
    ops.combine(0, Math.scalb(1.0, -e), z, 0, z, z);
    gradientByRoot(scaled.set(y.matrix(), scales, null), Precision.SINGLE, false, factors, out);
    ops.combine(0, Math.scalb(1.0, e), z, 0, z, z);
    scaled.clear();
  }

  /** The same with Z in buffer {@link GramRoot#Z}, whoever made it. */
  void gradientByRoot(Operand y, Precision precision, boolean project, double[] factors, Matrix out) {
    S z = ops.buffer(GramRoot.Z);
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
      ops.rowDots(z, ops.buffer(GramRoot.G), radial);
      ops.subtractDiagonal(m, radial);
    }
    ops.scaleRows(factors, m);
    ops.leftProduct(m, y, null, out, precision);
  }
}
