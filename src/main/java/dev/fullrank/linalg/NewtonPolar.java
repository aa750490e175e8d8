package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The polar factor of a square matrix whose Gram matrix has lost too many digits: Newton steps
 *
 * <pre>
 *   X := ½·(ζX + X⁻ᵀ/ζ),   ζ² = 1/(σ₁σ_k)
 * </pre>
 *
 * keep the polar factor and take the condition number κ to ½(√κ + 1/√κ) (N. Higham, "Computing the polar decomposition — with
 * applications", SIAM J. Sci. Stat. Comput. 7, 1986); with inverses from a stable elimination they are backward stable
 * (Y. Nakatsukasa and N. Higham, "Backward stability of iterations for computing the polar decomposition", SIAM J. Matrix Anal.
 * Appl. 33, 2012). One or two of them, and the rest is {@link GramRoot} on X.
 *
 * <p>An instance is a workspace: one thread at a time.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class NewtonPolar<S> {
  /** Two steps take the condition number of every matrix that is not singular to double below the limit. */
  private static final int MOST_STEPS = 3;

  /** The rational function is to be right to the last digits, which are what this route is for. */
  private static final double ACCURACY = 0x1p-54;

  /** A smallest singular value of less than so many roundings of the largest may be none. */
  private static final double RANK_MARGIN = 16;

  private static final int PROBES = 4;
  private static final int SEED = 2;

  private final DenseOps<S> ops;
  private final GramRoot<S> root;
  private final Certificate<S> certificate;
  private final Operand stepped = new Operand();
  private final Operand factor = new Operand();
  private double[] e = {};
  private double[] x = {};
  private double[] u = {};
  private double[] probes = {};
  private double[] shortSide = {};
  private double[] image = {};
  private double[] mirrorImage = {};
  private @Nullable Matrix eView;
  private @Nullable Matrix xView;
  private @Nullable Matrix uView;
  private double sum;
  private double error;

  NewtonPolar(DenseOps<S> ops, GramRoot<S> root, Certificate<S> certificate) {
    this.ops = ops;
    this.root = root;
    this.certificate = certificate;
  }

  /** Σσ. */
  double sum() {
    return sum;
  }

  /** Half of the width of an enclosure of Σσ. */
  double error() {
    return error;
  }

  /**
   * Computes the polar factor U and Σσ = ⟨U, Y⟩; the Gram matrix in the buffers is lost.
   *
   * @param productOfExtremes an estimate of σ₁·σ_k; NaN if there is none
   * @param mostSquaredCondition at which the Gram matrix of X is accurate enough
   * @return false if Y may be singular or the result cannot be certified
   */
  boolean compute(Operand y, double tolerance, double productOfExtremes, double mostSquaredCondition) {
    int k = ops.order();
    reserve(k);
    Matrix source = Objects.requireNonNull(eView);
    ops.store(y, source);
    if (!step(e, productOfExtremes)) {
      return false;
    }
    for (int count = 1; !surveyed(mostSquaredCondition); count++) {
      if (count == MOST_STEPS || !step(x, root.productOfExtremes())) {
        return false;
      }
    }
    if (!root.choose(ACCURACY)) {
      return false;
    }
    root.form();
    S z = ops.buffer(GramRoot.Z);
    double residual = certificate.polarResidual(stepped, ops.buffer(GramRoot.G), z, 2 * tolerance);
    if (!(residual <= 2 * tolerance)) {
      return false;
    }
    Matrix result = Objects.requireNonNull(uView);
    ops.leftProduct(z, stepped, null, result);
    return evaluate(y, tolerance, residual);
  }

  /** out_i := factors_i·(u_i − t_i·y_i), t_i = ⟨u_i, y_i⟩ if {@code project}, else 0. */
  void gradient(Operand y, boolean project, double[] factors, Matrix out) {
    Matrix result = Objects.requireNonNull(uView);
    if (project) {
      ops.projectRows(result, y, factors, out);
    } else {
      ops.store(factor.set(result, factors, null), out);
    }
  }

  /** x := ½·(ζA + A⁻ᵀ/ζ); false if A is singular to working precision. */
  private boolean step(double[] source, double productOfExtremes) {
    S a = ops.buffer(1);
    S destroyed = ops.buffer(2);
    S inverse = ops.buffer(3);
    ops.upload(source, a);
    ops.upload(source, destroyed);
    if (!ops.invert(destroyed, inverse)) {
      return false;
    }
    double norm = Math.sqrt(ops.dot(a, a));
    double inverseNorm = Math.sqrt(ops.dot(inverse, inverse));
    if (!(norm * inverseNorm * RANK_MARGIN * ops.order() * Math.ulp(1.0) <= 1)) {
      return false;
    }
    double zeta = Math.sqrt(productOfExtremes > 0 ? 1 / productOfExtremes : inverseNorm / norm);
    ops.addTransposed(0.5 * zeta, a, 0.5 / zeta, inverse, destroyed);
    ops.download(destroyed, x);
    stepped.set(Objects.requireNonNull(xView), null, null);
    return true;
  }

  private boolean surveyed(double mostSquaredCondition) {
    ops.gramOfRows(stepped, ops.buffer(GramRoot.G));
    return root.survey() && root.squaredCondition() <= mostSquaredCondition;
  }

  /**
   * With UᵀY = S + K, K skew and S positive definite, ⟨U,Y⟩ ≥ ‖Y‖_*(1−ρ) − ‖K‖_*, and ‖K‖_* ≤ √k·‖K‖_F, of which the products with
   * Gaussian vectors are an estimate.
   */
  private boolean evaluate(Operand y, double tolerance, double residual) {
    int k = ops.order();
    S a = ops.buffer(1);
    S b = ops.buffer(2);
    ops.upload(u, a);
    ops.upload(e, b);
    sum = ops.dot(a, b);
    factor.set(Objects.requireNonNull(uView), null, null);
    ops.multiplyData(y, true, PROBES, probes, shortSide);
    ops.multiplyData(factor, false, PROBES, shortSide, image);
    ops.multiplyData(factor, true, PROBES, probes, shortSide);
    ops.multiplyData(y, false, PROBES, shortSide, mirrorImage);
    double worst = 0;
    for (int probe = 0; probe < PROBES; probe++) {
      double squares = 0;
      for (int i = probe * k; i < (probe + 1) * k; i++) {
        double skew = image[i] - mirrorImage[i];
        squares += skew * skew;
      }
      worst = Math.max(worst, squares);
    }
    double skewness = Math.sqrt(k * worst);
    error = residual * sum + skewness;
    return skewness <= tolerance * sum;
  }

  private void reserve(int k) {
    int size = Math.multiplyExact(k, k);
    if (eView != null && eView.rows() == k) {
      return;
    }
    if (e.length < size) {
      e = new double[size];
      x = new double[size];
      u = new double[size];
      probes = GaussianVectors.of(PROBES * k, SEED);
      shortSide = new double[PROBES * k];
      image = new double[PROBES * k];
      mirrorImage = new double[PROBES * k];
    }
    eView = Matrix.of(e, k, k);
    xView = Matrix.of(x, k, k);
    uView = Matrix.of(u, k, k);
  }
}
