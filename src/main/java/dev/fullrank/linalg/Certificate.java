package dev.fullrank.linalg;

/**
 * A posteriori check that Q = Z·Y (or Y·Z) has orthonormal rows (columns), by products with vectors of random signs that go
 * through the data itself: whatever went wrong before, in the Gram matrix, its inverse or the iteration, shows here.
 *
 * <p>For a random sign vector w and the residual P = Z·YYᵀ·Z − I, the mean of ‖Pw‖² is ‖P‖_F². With four independent probes
 * ten times the largest ‖Pw‖ is below ‖P‖₂ with a probability of about 10⁻⁴ (Halko, Martinsson and Tropp, SIAM Review 53, 2011,
 * lemma 4.1). The signs come from a fixed generator: the same bits on every run.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class Certificate<S> {
  private static final int PROBES = 4;
  private static final double CONFIDENCE = 10;

  /** The Weyl increment of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the odd integer nearest 2⁶⁴/golden ratio. */
  private static final long WEYL = 0x9e3779b97f4a7c15L;

  private final DenseOps<S> ops;
  private double[] signs = {};
  private double[] shortSide = {};
  private double[] image = {};
  private double[] longSide = {};

  Certificate(DenseOps<S> ops) {
    this.ops = ops;
  }

  /** An upper bound of ‖Z·Y·Yᵀ·Z − I‖₂ (of ‖Z·Yᵀ·Y·Z − I‖₂ if Y is tall), wrong with a probability of about 10⁻⁴. */
  double polarResidual(Operand y, S z) {
    boolean wide = y.rows() <= y.columns();
    int k = ops.order();
    grow(k, Math.max(y.rows(), y.columns()));
    double worst = 0;
    for (int probe = 0; probe < PROBES; probe++) {
      fillSigns(k, probe);
      ops.multiply(z, signs, image);
      ops.multiplyData(y, wide, image, longSide);
      ops.multiplyData(y, !wide, longSide, shortSide);
      ops.multiply(z, shortSide, image);
      double sum = 0;
      for (int i = 0; i < k; i++) {
        double r = image[i] - signs[i];
        sum += r * r;
      }
      if (!(sum <= worst)) {
        worst = sum;
      }
    }
    return CONFIDENCE * Math.sqrt(worst);
  }

  private void grow(int k, int n) {
    if (signs.length < k) {
      signs = new double[k];
      image = new double[k];
      shortSide = new double[k];
    }
    if (longSide.length < n) {
      longSide = new double[n];
    }
  }

  private void fillSigns(int k, int probe) {
    long state = WEYL * (probe + 1);
    for (int i = 0; i < k; i++) {
      state += WEYL;
      long bits = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
      bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
      signs[i] = bits < 0 ? -1 : 1;
    }
  }
}
