package dev.fullrank.linalg;

import java.util.Random;

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
  private static final double CONFIDENCE = 10 * Math.sqrt(2 / Math.PI);

  private final DenseOps<S> ops;
  private final double[][] probes = new double[PROBES][0];
  private double[] shortSide = {};
  private double[] image = {};
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
    double worst = 0;
    for (double[] w : probes) {
      ops.multiply(z, w, image);
      ops.multiplyData(y, wide, image, longSide);
      ops.multiplyData(y, !wide, longSide, shortSide);
      ops.multiply(z, shortSide, image);
      double sum = 0;
      for (int i = 0; i < k; i++) {
        double r = image[i] - w[i];
        sum += r * r;
      }
      worst = Math.max(worst, sum);
    }
    return CONFIDENCE * Math.sqrt(worst);
  }

  private void grow(int k, int n) {
    if (image.length < k) {
      image = new double[k];
      shortSide = new double[k];
      for (int probe = 0; probe < PROBES; probe++) {
        probes[probe] = gaussian(k, probe);
      }
    }
    if (longSide.length < n) {
      longSide = new double[n];
    }
  }

  /** {@link Random} specifies its sequence, so an entry depends on its place alone, not on the length or the platform. */
  private static double[] gaussian(int length, int seed) {
    Random random = new Random(seed);
    double[] w = new double[length];
    for (int i = 0; i < length; i++) {
      w[i] = random.nextGaussian();
    }
    return w;
  }
}
