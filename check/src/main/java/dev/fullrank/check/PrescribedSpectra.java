package dev.fullrank.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;

/** Matrices Q_b·diag(σ)·Q_dᵀ with a wanted spectrum, hidden by {@link ExactOrthogonal} matrices. */
public final class PrescribedSpectra {
  private static final double[] CONDITIONS = {10, 100, 1e3, 1e5, 1e7, 1e11, 1e15};

  private PrescribedSpectra() {}

  static List<TestMatrix> all(Extent extent, long seed) {
    int[][] shapes = extent == Extent.FULL ? new int[][] {{4, 8}, {16, 16}, {24, 64}, {128, 32}} : new int[][] {{4, 8}, {16, 8}};
    List<TestMatrix> result = new ArrayList<>();
    for (int[] shape : shapes) {
      int b = shape[0];
      int d = shape[1];
      int k = Math.min(b, d);
      result.add(of("geometric 2^-l", b, d, spectrum(k, l -> Math.scalb(1.0, -l)), seed));
      result.add(of("arithmetic", b, d, spectrum(k, l -> (k - l) / (double) k), seed));
      result.add(of("half rank", b, d, spectrum(k, l -> l < k / 2 ? 1 + l * 0x1p-4 : 0), seed));
      result.add(of("rank one", b, d, spectrum(k, l -> l == 0 ? 3 : 0), seed));
      result.add(of("near-repeated", b, d, spectrum(k, l -> 1 + l * 0x1p-40), seed));
      for (double kappa : CONDITIONS) {
        result.add(of("one small σ, κ=" + kappa, b, d, spectrum(k, l -> l < k - 1 ? 1 : 1 / kappa), seed));
        result.add(of("one large σ, κ=" + kappa, b, d, spectrum(k, l -> l == 0 ? 1 : 1 / kappa), seed));
        result.add(of("log-uniform, κ=" + kappa, b, d, logUniform(k, kappa, seed), seed));
      }
    }
    return result;
  }

  /** Q_b·diag(σ)·Q_dᵀ with its polar factor Q_b·diag(sign σ)·Q_dᵀ, which is exact. */
  public static TestMatrix of(String name, int rows, int columns, double[] sigma, long seed) {
    RandomGenerator random = ExactOrthogonal.random(seed);
    ExactOrthogonal left = new ExactOrthogonal(rows, random);
    ExactOrthogonal right = new ExactOrthogonal(columns, random);
    double[] a = new double[rows * columns];
    double[] q = new double[rows * columns];
    for (int l = 0; l < sigma.length; l++) {
      a[l * columns + l] = sigma[l];
      q[l * columns + l] = Math.signum(sigma[l]);
    }
    boolean exact = left.applyLeft(a, columns);
    exact &= right.applyRight(a, rows);
    boolean polarExact = left.applyLeft(q, columns);
    polarExact &= right.applyRight(q, rows);
    if (!polarExact) {
      throw new IllegalArgumentException(rows + "×" + columns + " is too large for an exact polar factor");
    }
    TestMatrix result = TestMatrix.of(name, rows, columns, (i, j) -> a[i * columns + j])
        .withSingularValues(sigma)
        .withPolarFactor((i, j) -> q[i * columns + j]);
    return exact ? result.exactly() : result;
  }

  /** 1, 1/κ and between them random numbers whose logarithm is uniform. */
  public static double[] logUniform(int k, double kappa, long seed) {
    RandomGenerator random = ExactOrthogonal.random(seed);
    double[] sigma = spectrum(k, l -> l == 0 ? 1 : l == k - 1 ? 1 / kappa : Math.pow(kappa, -random.nextDouble()));
    Arrays.sort(sigma);
    for (int l = 0; l < k / 2; l++) {
      double swap = sigma[l];
      sigma[l] = sigma[k - 1 - l];
      sigma[k - 1 - l] = swap;
    }
    return sigma;
  }

  private static double[] spectrum(int k, IntToDoubleFunction value) {
    double[] sigma = new double[k];
    for (int l = 0; l < k; l++) {
      sigma[l] = value.applyAsDouble(l);
    }
    return sigma;
  }
}
