package dev.fullrank.jmh.bench;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The matrices of the comparison, row-major. Every number is a float, so that both types and the reference work on the same
 * numbers; every process makes the same ones.
 */
final class Inputs {
  private static final long SEED = 0x5eed;

  private Inputs() {}

  /** E of the problem: Gaussian with rows of unit norm, or with the spectrum asked for. */
  static double[] embeddings(Problem problem) {
    double[] e = problem.condition() == 0
        ? unitRows(problem.b(), problem.d())
        : withSpectrum(problem.b(), problem.d(), problem.condition());
    for (int i = 0; i < e.length; i++) {
      e[i] = (float) e[i];
    }
    return e;
  }

  /** M of a GEMM: symmetric, of the order of the shorter side, with Gaussian entries. */
  static double[] symmetric(Problem problem) {
    int k = problem.order();
    RandomGenerator random = random(1);
    double[] m = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        m[i * k + j] = m[j * k + i] = (float) random.nextGaussian();
      }
    }
    return m;
  }

  static RandomGenerator random(long stream) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + stream);
  }

  static float[] narrowed(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static double[] unitRows(int b, int d) {
    RandomGenerator random = random(0);
    double[] e = new double[Math.multiplyExact(b, d)];
    for (int i = 0; i < b; i++) {
      double squares = 0;
      for (int j = i * d; j < (i + 1) * d; j++) {
        e[j] = random.nextGaussian();
        squares += e[j] * e[j];
      }
      for (int j = i * d; j < (i + 1) * d; j++) {
        e[j] /= Math.sqrt(squares);
      }
    }
    return e;
  }

  /**
   * σ_i = κ^(−i/(k−1)) on the diagonal, hidden by k Householder reflections from either side: a product of as many random
   * reflections as there are dimensions is as good as a random orthogonal matrix.
   */
  private static double[] withSpectrum(int b, int d, double condition) {
    int k = Math.min(b, d);
    RandomGenerator random = random(2);
    double[] e = new double[Math.multiplyExact(b, d)];
    for (int i = 0; i < k; i++) {
      e[i * d + i] = k == 1 ? 1 : Math.pow(condition, -(double) i / (k - 1));
    }
    for (int i = 0; i < k; i++) {
      reflectRows(e, direction(random, b), d);
      reflectColumns(e, direction(random, d), b);
    }
    return e;
  }

  private static double[] direction(RandomGenerator random, int n) {
    double[] v = new double[n];
    double squares = 0;
    for (int i = 0; i < n; i++) {
      v[i] = random.nextGaussian();
      squares += v[i] * v[i];
    }
    for (int i = 0; i < n; i++) {
      v[i] /= Math.sqrt(squares);
    }
    return v;
  }

  /** E ← (I − 2vvᵀ)·E. */
  private static void reflectRows(double[] e, double[] v, int d) {
    double[] products = new double[d];
    for (int i = 0; i < v.length; i++) {
      for (int j = 0; j < d; j++) {
        products[j] += v[i] * e[i * d + j];
      }
    }
    for (int i = 0; i < v.length; i++) {
      for (int j = 0; j < d; j++) {
        e[i * d + j] -= 2 * v[i] * products[j];
      }
    }
  }

  /** E ← E·(I − 2vvᵀ). */
  private static void reflectColumns(double[] e, double[] v, int b) {
    int d = v.length;
    for (int i = 0; i < b; i++) {
      double product = 0;
      for (int j = 0; j < d; j++) {
        product += e[i * d + j] * v[j];
      }
      for (int j = 0; j < d; j++) {
        e[i * d + j] -= 2 * product * v[j];
      }
    }
  }
}
