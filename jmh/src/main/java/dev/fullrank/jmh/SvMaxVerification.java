package dev.fullrank.jmh;

import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Verifies value and gradient of the exponential SVMax with strength 1 on normalised rows. The polar factor P of the
 * normalised rows Y comes from another route of the library, and is believed only because it proves itself: it is an isometry,
 * P·Yᵀ is symmetric, and so ⟨P, Y⟩ is the sum of singular values. Value and gradient then follow by the chain rule, written
 * out here row by row.
 */
final class SvMaxVerification {
  private static final int PROBES = 3;

  private SvMaxVerification() {}

  static void verify(Matrix z, double value, Matrix gradient) {
    int b = z.rows();
    int d = z.columns();
    int k = Math.min(b, d);
    double[] y = Embeddings.widened(z);
    double[] norms = normaliseRows(y, b, d);
    double[] p = polarFactor(y, b, d);
    provePolar(p, y, b, d);

    double s = dot(p, 0, y, 0, b * d) / k;
    double least = Math.sqrt(b) / k;
    double most = Math.sqrt((double) b / k);
    double expected = Math.exp((most - s) / (most - least));
    Verification.close("SVMax", value, expected, expected, Verification.TOLERANCE);

    double slope = -expected / (most - least) / k;
    for (int i = 0; i < b; i++) {
      double along = dot(p, i * d, y, i * d, d);
      for (int j = i * d; j < (i + 1) * d; j++) {
        p[j] = slope * (p[j] - along * y[j]) / norms[i];
      }
    }
    Verification.close("the gradient of SVMax", gradient, p);
  }

  private static double[] normaliseRows(double[] y, int b, int d) {
    double[] norms = new double[b];
    for (int i = 0; i < b; i++) {
      norms[i] = Math.sqrt(dot(y, i * d, y, i * d, d));
      for (int j = i * d; j < (i + 1) * d; j++) {
        y[j] /= norms[i];
      }
    }
    return norms;
  }

  private static double[] polarFactor(double[] y, int b, int d) {
    double[] p = new double[b * d];
    try (MeanSingularValue mean = MeanSingularValue.builder().tolerance(Verification.TOLERANCE / 10).build()) {
      mean.valueAndGradient(Matrix.of(y, b, d), Matrix.of(p, b, d));
    }
    for (int i = 0; i < p.length; i++) {
      p[i] *= Math.min(b, d);
    }
    return p;
  }

  /** P(Pᵀw) = w on the shorter side, and vᵀP(Yᵀw) = wᵀP(Yᵀv), for random signs v and w. */
  static void provePolar(double[] p, double[] y, int b, int d) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(0x519);
    for (int probe = 0; probe < PROBES; probe++) {
      double[] v = signs(random, b);
      double[] w = signs(random, b);
      double[] short1 = b <= d ? w : transposedProduct(p, w, b, d);
      double[] back = b <= d ? product(p, transposedProduct(p, w, b, d), b, d) : transposedProduct(p, product(p, short1, b, d), b, d);
      for (int i = 0; i < back.length; i++) {
        back[i] -= short1[i];
      }
      double size = Math.sqrt(dot(short1, 0, short1, 0, short1.length));
      Verification.close(
          "‖PPᵀw − w‖", Math.sqrt(dot(back, 0, back, 0, back.length)), 0, size, Verification.TOLERANCE);

      double[] pv = transposedProduct(p, v, b, d);
      double[] yw = transposedProduct(y, w, b, d);
      double[] pw = transposedProduct(p, w, b, d);
      double[] yv = transposedProduct(y, v, b, d);
      double scale = Math.sqrt(dot(pv, 0, pv, 0, d) * dot(yw, 0, yw, 0, d));
      Verification.close("vᵀPYᵀw − wᵀPYᵀv", dot(pv, 0, yw, 0, d), dot(pw, 0, yv, 0, d), scale, Verification.TOLERANCE);
    }
  }

  private static double[] signs(RandomGenerator random, int n) {
    double[] w = new double[n];
    for (int i = 0; i < n; i++) {
      w[i] = random.nextBoolean() ? 1 : -1;
    }
    return w;
  }

  private static double[] product(double[] a, double[] x, int b, int d) {
    double[] out = new double[b];
    for (int i = 0; i < b; i++) {
      out[i] = dot(a, i * d, x, 0, d);
    }
    return out;
  }

  private static double[] transposedProduct(double[] a, double[] x, int b, int d) {
    double[] out = new double[d];
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < d; j++) {
        out[j] += a[i * d + j] * x[i];
      }
    }
    return out;
  }

  private static double dot(double[] x, int xo, double[] y, int yo, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[xo + i] * y[yo + i];
    }
    return sum;
  }
}
