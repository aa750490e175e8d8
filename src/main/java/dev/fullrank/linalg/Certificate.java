package dev.fullrank.linalg;

/**
 * A posteriori check that Q = Z·Y (or Y·Z) has orthonormal rows (columns), by products with Gaussian vectors that go through the
 * data itself: whatever went wrong before, in the Gram matrix, its inverse or the iteration, shows here.
 *
 * <p>For the residual P = Z·YYᵀ·Z − I and r independent standard Gaussian vectors w, ‖P‖₂ exceeds α·√(2/π) times the largest ‖Pw‖
 * with a probability of at most α^−r (Halko, Martinsson and Tropp, SIAM Review 53, 2011, lemma 4.1); here r = 4 and α = 10.
 * Vectors of random signs would not do: a residual of rank one may be orthogonal to half of them. The vectors come from a fixed
 * generator: the same bits on every run.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class Certificate<S> {
  private static final int PROBES = 4;

  /** Not that of the {@link Lanczos} steps: what their vector missed must not hide from the probes. */
  private static final int SEED = 1;
  private static final double CONFIDENCE = 10 * Math.sqrt(2 / Math.PI);

  private final DenseOps<S> ops;
  private double[] probes = {};
  private double[] image = {};
  private double[] shortSide = {};
  private double[] longSide = {};

  Certificate(DenseOps<S> ops) {
    this.ops = ops;
  }

  /**
   * An upper bound of ‖Z·Y·Yᵀ·Z − I‖₂ (of ‖Z·Yᵀ·Y·Z − I‖₂ if Y is tall), wrong with a probability of at most 10⁻⁴; NaN if a number
   * on the way is.
   */
  double polarResidual(Operand y, S z) {
    boolean wide = y.rows() <= y.columns();
    int k = ops.order();
    grow(k, Math.max(y.rows(), y.columns()));
    ops.multiply(z, PROBES, probes, image);
    ops.multiplyData(y, wide, PROBES, image, longSide);
    ops.multiplyData(y, !wide, PROBES, longSide, shortSide);
    ops.multiply(z, PROBES, shortSide, image);
    double worst = 0;
    for (int probe = 0; probe < PROBES; probe++) {
      double sum = 0;
      for (int i = probe * k; i < (probe + 1) * k; i++) {
        double r = image[i] - probes[i];
        sum += r * r;
      }
      worst = Math.max(worst, sum);
    }
    return CONFIDENCE * Math.sqrt(worst);
  }

  private void grow(int k, int n) {
    if (probes.length < PROBES * k) {
      probes = GaussianVectors.of(PROBES * k, SEED);
      image = new double[PROBES * k];
      shortSide = new double[PROBES * k];
    }
    if (longSide.length < PROBES * n) {
      longSide = new double[PROBES * n];
    }
  }
}
