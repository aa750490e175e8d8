package dev.fullrank.linalg;

/**
 * A posteriori check that Q = Z·Y (or Y·Z) has orthonormal rows (columns), by products with Gaussian vectors. For r independent
 * standard Gaussian vectors w, ‖B‖₂ exceeds α·√(2/π) times the largest ‖Bw‖ with a probability of at most α^−r (Halko, Martinsson
 * and Tropp, SIAM Review 53, 2011, lemma 4.1). Where rounding is far below what is wanted, one vector with α = 10⁴ through
 * everything, B = Z·Y·Yᵀ·Z − I, shows it, or four with α = 10. Else B is bounded by the sum of
 *
 * <ul>
 *   <li>C = Z·G·Z − I for the Gram matrix G as it was computed: four vectors through C³, of order k and so cheap (their power
 *       scheme, which shrinks the pessimism of 8·√k to its third root);
 *   <li>D = Z·(Y·Yᵀ − G)·Z, whatever went wrong in the Gram matrix: through the data, one vector if that is enough, else four.
 * </ul>
 *
 * Vectors of random signs would not do: a residual of rank one may be orthogonal to half of them. The vectors come from a fixed
 * generator: the same bits on every run.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class Certificate<S> {
  private static final int PROBES = 4;

  /** (8·√k)^(1/3) is 5 at k = 256. */
  private static final int POWERS = 3;

  private static final double FEW = 10 * Math.sqrt(2 / Math.PI);
  private static final double ONE = 1e4 * Math.sqrt(2 / Math.PI);

  private static final int SEED = 1;

  private final DenseOps<S> ops;
  private double[] probes = {};
  private double[] residual = {};
  private double[] image = {};
  private double[] shortSide = {};
  private double[] longSide = {};

  Certificate(DenseOps<S> ops) {
    this.ops = ops;
  }

  /**
   * An upper bound of ‖Q·Qᵀ − I‖₂ (of ‖Qᵀ·Q − I‖₂ if Y is tall), wrong with a probability of at most 2·10⁻⁴; NaN if a number on
   * the way is.
   *
   * @param g the Gram matrix of Y, k×k
   * @param wanted below this a bound that is easy to have is good enough
   */
  double polarResidual(Operand y, S g, S z, double wanted) {
    int k = ops.order();
    grow(k, Math.max(y.rows(), y.columns()));
    for (int count = 1; count <= PROBES; count += PROBES - 1) {
      residualThroughData(y, z, count);
      double bound = (count == 1 ? ONE : FEW) * largestNorm(image, count);
      if (bound <= wanted) {
        return bound;
      }
    }
    return polarResidualInParts(y, g, z, wanted);
  }

  /** {@link #polarResidual} as ‖C‖₂ + ‖D‖₂ at once, for a Z that is known to leave much more than rounding in double. */
  double polarResidualInParts(Operand y, S g, S z, double wanted) {
    int k = ops.order();
    grow(k, Math.max(y.rows(), y.columns()));
    System.arraycopy(probes, 0, residual, 0, PROBES * k);
    double data = 0;
    for (int power = 0; power < POWERS; power++) {
      ops.multiply(z, PROBES, residual, image);
      ops.multiply(g, PROBES, image, shortSide);
      ops.multiply(z, PROBES, shortSide, image);
      minus(image, residual, residual, PROBES * k);
      if (power == 0) {
        data = ofGramMatrix(y, z, wanted);
      }
    }
    return Math.pow(FEW * largestNorm(residual, PROBES), 1.0 / POWERS) + data;
  }

  /** A bound of ‖D‖₂, from the images of the probes under C in {@link #residual}. */
  private double ofGramMatrix(Operand y, S z, double wanted) {
    double data = ONE * difference(y, z, 1);
    return data <= wanted / 2 ? data : FEW * difference(y, z, PROBES);
  }

  /** The largest ‖Dw‖ of the first probes. */
  private double difference(Operand y, S z, int count) {
    residualThroughData(y, z, count);
    minus(image, residual, image, count * ops.order());
    return largestNorm(image, count);
  }

  /** image := (Z·Y·Yᵀ·Z − I)·w for the first probes. */
  private void residualThroughData(Operand y, S z, int count) {
    boolean wide = y.rows() <= y.columns();
    ops.multiply(z, count, probes, image);
    ops.multiplyData(y, wide, count, image, longSide);
    ops.multiplyData(y, !wide, count, longSide, shortSide);
    ops.multiply(z, count, shortSide, image);
    minus(image, probes, image, count * ops.order());
  }

  private static void minus(double[] a, double[] b, double[] c, int n) {
    for (int i = 0; i < n; i++) {
      c[i] = a[i] - b[i];
    }
  }

  private double largestNorm(double[] x, int count) {
    int k = ops.order();
    double worst = 0;
    for (int probe = 0; probe < count; probe++) {
      double sum = 0;
      for (int i = probe * k; i < (probe + 1) * k; i++) {
        sum += x[i] * x[i];
      }
      worst = Math.max(worst, sum);
    }
    return Math.sqrt(worst);
  }

  private void grow(int k, int n) {
    if (probes.length < PROBES * k) {
      probes = GaussianVectors.of(PROBES * k, SEED);
      residual = new double[PROBES * k];
      image = new double[PROBES * k];
      shortSide = new double[PROBES * k];
    }
    if (longSide.length < PROBES * n) {
      longSide = new double[PROBES * n];
    }
  }
}
