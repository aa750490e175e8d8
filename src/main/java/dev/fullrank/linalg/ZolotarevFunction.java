package dev.fullrank.linalg;

/**
 * Zolotarev's best odd rational approximation of the sign function on [−1, −l] ∪ [l, 1], of type (2r+1, 2r), written for the square
 * t = x² of a singular value by partial fractions:
 *
 * <pre>
 *   x ↦ x·F(x²),   F(t) = M·∏ (t + c₂ⱼ)/(t + c₂ⱼ₋₁) = e + Σ fⱼ/(1 + γⱼ·t),   γⱼ = 1/c₂ⱼ₋₁
 *   cᵢ = l²·sn²(iK′/(2r+1); l′) / cn²(iK′/(2r+1); l′),   l′ = √(1 − l²),   j = 1 … r
 * </pre>
 *
 * (Y. Nakatsukasa and R. Freund, "Computing fundamental matrix decompositions accurately via the matrix sign function in two
 * iterations", SIAM Review 58, 2016, section 4). M is such that x·F(x²) goes up and down
 * between 1 − δ and 1 + δ on [l, 1], 1 − δ at l: F(t) is t^(-1/2) to a relative error of δ.
 *
 * <p>Mutable, so that nothing is allocated.
 */
final class ZolotarevFunction {
  /** All digits of double down to l = 7·10⁻⁶, the least at which a Gram matrix in double keeps six. */
  static final int MOST_POLES = 56;

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
  private double error;

  /**
   * Chooses as many poles as it takes, and the weights, for singular values in [l, 1], so that δ is at most {@code accuracy}, from
   * δ = 2·q^(2r+1)·(1 + O(q^(2r+1))), q = exp(−πK/K′) with the complete elliptic integrals K of modulus l and K′ of l′: below the
   * rounding of double too, where δ cannot be measured.
   *
   * @return false if {@link #MOST_POLES} do not suffice
   */
  boolean choose(double l, double accuracy) {
    double n = Math.log(4 / accuracy) * mean(Math.sqrt((1 - l) * (1 + l))) / (Math.PI * mean(l));
    int r = (int) Math.max(1, Math.ceil(0.5 * (n - 1)));
    if (r > MOST_POLES) {
      return false;
    }
    choose(r, l);
    return true;
  }

  /** The arithmetic-geometric mean of 1 and x, which is π/2 over an elliptic integral; 0 for 0. */
  private double mean(double x) {
    int last = arithmeticGeometricMeans(x) - 1;
    return x == 0 ? 0 : 0.5 * (arithmetic[last] + geometric[last]);
  }

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
    centre(l);
  }

  /** With F(1) = 1 until here, x·F(x²) lies between its image of l and 1. */
  private void centre(double l) {
    double least = Math.min(1, image(l));
    double middle = 0.5 * (1 + least);
    error = (1 - least) / (1 + least);
    if (error < poles * Math.ulp(1.0)) {
      middle = mean(l, poles); // that is rounding, which is not of the same size everywhere
    }
    e /= middle;
    for (int j = 0; j < poles; j++) {
      f[j] /= middle;
    }
  }

  /** The mean of x·F(x²) over points from l to 1. */
  private double mean(double l, int steps) {
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      sum += image(Math.pow(l, i / (double) steps));
    }
    return sum / (steps + 1);
  }

  /** δ. */
  double error() {
    return error;
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

  /** x·F(x²). */
  private double image(double x) {
    double sum = e;
    for (int j = 0; j < poles; j++) {
      sum += f[j] / (1 + x * x / c[2 * j]);
    }
    return x * sum;
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
