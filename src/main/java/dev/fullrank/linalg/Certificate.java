package dev.fullrank.linalg;

import org.jspecify.annotations.Nullable;

/**
 * A posteriori check that Q = P·Z·Y (or Y·Z·P) has orthonormal rows (columns), by products with Gaussian vectors. With
 * G = Y·Yᵀ as it was computed, the residual is the sum of
 *
 * <ul>
 *   <li>C = P·Z·G·Z·P − I, what the iteration left: four vectors through C³ (C⁷ where single precision left something of the
 *       size of the tolerance), all of order k. For r independent standard Gaussian vectors w, ‖B‖₂ exceeds α·√(2/π) times the
 *       largest ‖Bw‖ with a probability of at most α^−r (Halko, Martinsson and Tropp, SIAM Review 53, 2011, lemma 4.1; B a power of
 *       C is their power scheme, and shrinks the pessimism to its root), α = 10;
 *   <li>D = P·Z·(Y·Yᵀ − G)·Z·P, whatever went wrong in the Gram matrix: through the data, one vector with α = 10⁴, which is
 *       enough where D is rounding alone, else four.
 * </ul>
 *
 * Vectors of random signs would not do: a residual of rank one may be orthogonal to half of them. The vectors come from a fixed
 * generator: the same bits on every run.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class Certificate<S> {
  private static final int PROBES = 4;

  /** (8·√k)^(1/3) is 5 at k = 256 ... */
  private static final int POWERS = 3;

  /** ... and (8·√k)^(1/7) is 2. */
  private static final int POWERS_OF_SPLIT = 7;
  private static final double FEW = 10 * Math.sqrt(2 / Math.PI);
  private static final double ONE = 1e4 * Math.sqrt(2 / Math.PI);

  /** Not that of the {@link Lanczos} steps: what their vector missed must not hide from the probes. */
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
   * @param p null means I
   * @param wanted one vector through the data is enough if it shows less than half of this
   */
  double polarResidual(Operand y, S g, S z, @Nullable S p, double wanted) {
    int k = ops.order();
    grow(k, Math.max(y.rows(), y.columns()));
    right(PROBES, probes, z, p);
    ops.multiply(g, PROBES, image, shortSide);
    left(PROBES, z, p);
    minus(image, probes, residual, PROBES * k);
    double data = ONE * throughData(y, z, p, 1);
    if (!(data <= wanted / 2)) {
      data = FEW * throughData(y, z, p, PROBES);
    }
    int powers = p == null ? POWERS : POWERS_OF_SPLIT;
    for (int power = 1; power < powers; power++) {
      right(PROBES, residual, z, p);
      ops.multiply(g, PROBES, image, shortSide);
      left(PROBES, z, p);
      minus(image, residual, residual, PROBES * k);
    }
    return Math.pow(FEW * largestNorm(residual, PROBES), 1.0 / powers) + data;
  }

  /** The largest ‖Dw‖ of the first probes, from their images under C in {@link #residual}. */
  private double throughData(Operand y, S z, @Nullable S p, int count) {
    boolean wide = y.rows() <= y.columns();
    int k = ops.order();
    right(count, probes, z, p);
    ops.multiplyData(y, wide, count, image, longSide);
    ops.multiplyData(y, !wide, count, longSide, shortSide);
    left(count, z, p);
    minus(image, probes, image, count * k);
    minus(image, residual, image, count * k);
    return largestNorm(image, count);
  }

  /** image := Z·P·x. */
  private void right(int count, double[] x, S z, @Nullable S p) {
    if (p == null) {
      ops.multiply(z, count, x, image);
    } else {
      ops.multiply(p, count, x, shortSide);
      ops.multiply(z, count, shortSide, image);
    }
  }

  /** image := P·Z·shortSide. */
  private void left(int count, S z, @Nullable S p) {
    ops.multiply(z, count, shortSide, image);
    if (p != null) {
      System.arraycopy(image, 0, shortSide, 0, count * ops.order());
      ops.multiply(p, count, shortSide, image);
    }
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
