package dev.fullrank.linalg;

/**
 * Zolotarev's best odd rational approximation of the sign function on [−1, −l] ∪ [l, 1], of type (2r+1, 2r) with r = 1 or 2,
 * written for the square t = x² of a singular value by partial fractions:
 *
 * <pre>
 *   x ↦ x·F(x²),   F(t) = M·∏ (t + c₂ⱼ)/(t + c₂ⱼ₋₁) = e + Σ fⱼ/(1 + γⱼ·t),   γⱼ = 1/c₂ⱼ₋₁,   M such that F(1) = 1
 *   cᵢ = l²·sn²(iK′/(2r+1); l′) / cn²(iK′/(2r+1); l′),   l′ = √(1 − l²),   j = 1 … r
 * </pre>
 *
 * (Y. Nakatsukasa and R. Freund, "Computing fundamental matrix decompositions accurately via the matrix sign function in two
 * iterations", SIAM Review 58, 2016, section 4). One pole, r = 1, is the dynamically weighted Halley step.
 *
 * <p>Mutable, so that an iteration allocates nothing.
 */
final class ZolotarevStep {
  static final int MOST_POLES = 2;

  /** The arithmetic-geometric mean doubles its digits at each step: from a ratio of 10⁻³⁰⁸ ten steps reach all of them. */
  private static final int MOST_MEANS = 16;

  /** Where the next mean has all digits. */
  private static final double MEANS_AGREE = 0x1p-26;

  private final double[] c = new double[2 * MOST_POLES];
  private final double[] f = new double[MOST_POLES];
  private final double[] arithmetic = new double[MOST_MEANS];
  private final double[] geometric = new double[MOST_MEANS];
  private int poles;
  private double e;

  /** Chooses the weights for singular values in [l, 1], 0 &lt; l ≤ 1. */
  void choose(int r, double l) {
    poles = r;
    int means = arithmeticGeometricMeans(l);
    for (int i = 0; i < 2 * r; i++) {
      double cs = cotangentAmplitude(Math.PI * (i + 1) / (2 * (2 * r + 1)), means);
      c[i] = l * l / (cs * cs);
    }
    e = 1;
    for (int j = 0; j < r; j++) {
      double odd = c[2 * j];
      e *= (1 + odd) / (1 + c[2 * j + 1]);
      f[j] = -1 / odd;
      for (int i = 0; i < r; i++) {
        f[j] *= odd - c[2 * i + 1];
        if (i != j) {
          f[j] /= odd - c[2 * i];
        }
      }
    }
    for (int j = 0; j < r; j++) {
      f[j] *= e;
    }
  }

  /** r. */
  int poles() {
    return poles;
  }

  double e() {
    return e;
  }

  double f(int j) {
    return f[j];
  }

  double gamma(int j) {
    return 1 / c[2 * j];
  }

  /** Where x goes, at most 1: the image of l is the smallest of all of [l, 1]. */
  double image(double x) {
    double sum = e;
    for (int j = 0; j < poles; j++) {
      sum += f[j] / (1 + x * x / c[2 * j]);
    }
    return Math.min(1, x * sum);
  }

  /** Means of 1 and l, the first of which belong to the modulus l′; returns how many. */
  private int arithmeticGeometricMeans(double l) {
    double a = 1;
    double g = l;
    int count = 0;
    while (true) {
      arithmetic[count] = a;
      geometric[count] = g;
      count++;
      if (a - g <= MEANS_AGREE * a || count == MOST_MEANS) {
        return count;
      }
      double mean = 0.5 * (a + g);
      g = Math.sqrt(a * g);
      a = mean;
    }
  }

  /**
   * cn(u)/sn(u) for u = 2·K′·φ/π by the descending Landen transformation (R. Bulirsch, "Numerical calculation of elliptic
   * integrals and elliptic functions", Numer. Math. 7, 1965).
   */
  private double cotangentAmplitude(double phi, int means) {
    double ratio = 1 / Math.tan(phi);
    double cs = ratio * 0.5 * (arithmetic[means - 1] + geometric[means - 1]);
    double dn = 1;
    for (int i = means - 1; i >= 0; i--) {
      ratio *= cs;
      cs *= dn;
      dn = (geometric[i] + ratio) / (arithmetic[i] + ratio);
      ratio = cs / arithmetic[i];
    }
    return cs;
  }
}
