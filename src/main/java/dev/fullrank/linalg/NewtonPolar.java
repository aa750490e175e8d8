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
 * Appl. 33, 2012). σ₁ is estimated by the power method; 1/σ_k by ‖Y⁻¹‖_F for the first step, after which ½(t + 1/t) ≥ 1 leaves
 * σ_k near 1. Two steps as a rule, and the rest is {@link GramRoot} on X.
 *
 * <p>An instance is a workspace: one thread at a time.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class NewtonPolar<S> {
  /** Three or four steps take the condition number of every matrix that is not singular to double below the limit. */
  private static final int MOST_STEPS = 5;

  /** The rational function is to be right to the last digits, which are what this route is for. */
  private static final double ACCURACY = 0x1p-54;

  /** A smallest singular value of less than so many roundings of the largest may be none. */
  private static final double RANK_MARGIN = 16;

  private static final int PROBES = 4;

  /** Products with A and Aᵀ for an estimate of σ₁. */
  private static final int POWERS = 5;

  private static final int SEED = 2;

  private static final int MATRIX = 1;
  private static final int SUM = 2;
  private static final int INVERSE = 3;

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
  private double norm;
  private double inverseNorm;

  /** σ₁ of X. */
  private double largest;

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
   * @param leastSquaredCondition if κ² is certainly below it, nothing more is done
   * @param mostSquaredCondition at which the Gram matrix of X is accurate enough
   * @return false if Y is so well conditioned, may be singular, or the result cannot be certified
   */
  boolean compute(Operand y, double tolerance, double leastSquaredCondition, double mostSquaredCondition) {
    int k = ops.order();
    reserve(k);
    Matrix source = Objects.requireNonNull(eView);
    ops.store(y, source);
    if (!invert(e)) {
      return false;
    }
    double condition = norm * inverseNorm;
    if (condition * condition <= leastSquaredCondition) {
      return false;
    }
    factor.set(source, null, null);
    step(inverseNorm / largestSingularValue(factor));
    for (int count = 1; !surveyed(mostSquaredCondition); count++) {
      if (count == MOST_STEPS || !invert(x)) {
        return false;
      }
      step(1 / largest); // σ_k is not below 1 and near it
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

  /** A⁻¹, and the norms of both; false if A is singular to working precision. */
  private boolean invert(double[] source) {
    S a = ops.buffer(MATRIX);
    S inverse = ops.buffer(INVERSE);
    S destroyed = ops.buffer(SUM);
    ops.upload(source, a);
    ops.upload(source, destroyed);
    if (!ops.invert(destroyed, inverse)) {
      return false;
    }
    norm = Math.sqrt(ops.dot(a, a));
    inverseNorm = Math.sqrt(ops.dot(inverse, inverse));
    return norm * inverseNorm * RANK_MARGIN * ops.order() * Math.ulp(1.0) <= 1;
  }

  /** x := ½·(ζA + A⁻ᵀ/ζ). */
  private void step(double squaredZeta) {
    double zeta = Math.sqrt(squaredZeta);
    S next = ops.buffer(SUM);
    ops.addTransposed(0.5 * zeta, ops.buffer(MATRIX), 0.5 / zeta, ops.buffer(INVERSE), next);
    ops.download(next, x);
    stepped.set(Objects.requireNonNull(xView), null, null);
  }

  /** Whether the Gram matrix of X is accurate enough; its spectrum is only looked at if that is likely. */
  private boolean surveyed(double mostSquaredCondition) {
    largest = largestSingularValue(stepped);
    if (largest * largest > mostSquaredCondition) {
      return false;
    }
    ops.gramOfRows(stepped, ops.buffer(GramRoot.G));
    return root.survey() && root.squaredCondition() <= mostSquaredCondition;
  }

  /** σ₁ from below, as a rule to a tenth, by the power method. */
  private double largestSingularValue(Operand a) {
    int k = ops.order();
    System.arraycopy(probes, 0, image, 0, k);
    double length = 0;
    double imageLength = 0;
    for (int i = 0; i < POWERS; i++) {
      ops.multiplyData(a, false, 1, image, shortSide);
      length = length(shortSide, k);
      for (int j = 0; j < k; j++) {
        shortSide[j] /= length;
      }
      ops.multiplyData(a, true, 1, shortSide, image);
      imageLength = length(image, k);
    }
    return imageLength;
  }

  private static double length(double[] v, int n) {
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += v[i] * v[i];
    }
    return Math.sqrt(squares);
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
