package dev.fullrank.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Matrices that are orthogonal up to a factor or whose polar factor can be read off. */
public final class OrthogonalMatrices {
  private OrthogonalMatrices() {}

  static List<TestMatrix> all(Extent extent, long seed) {
    int[] orders = extent == Extent.FULL ? new int[] {2, 33, 64} : new int[] {8, 17};
    List<TestMatrix> result = new ArrayList<>();
    for (int n : orders) {
      result.add(positiveDefinite(n, seed));
      result.add(hartley(n));
      result.add(sineTransform(n));
      result.add(stackedIdentities(n));
      result.add(stackedIdentities(n).transposed());
      result.add(equalRows(2 * n + 1, n));
      result.add(equalRows(n, 2 * n + 1));
      if (Integer.bitCount(n) == 1) {
        result.add(hadamard(n));
      }
    }
    return result;
  }

  /** A diagonally dominant symmetric positive definite matrix: ‖A‖_* = tr A, polar factor I. */
  public static TestMatrix positiveDefinite(int n, long seed) {
    RandomGenerator random = ExactOrthogonal.random(seed);
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      a[i * n + i] = n;
      for (int j = 0; j < i; j++) {
        double entry = random.nextInt(-128, 129) * 0x1p-7;
        a[i * n + j] = entry;
        a[j * n + i] = entry;
      }
    }
    return TestMatrix.of("positive definite", n, n, (i, j) -> a[i * n + j])
        .withMean(n)
        .withPolarFactor((i, j) -> i == j ? 1 : 0)
        .withRank(n)
        .exactly();
  }

  /** Sylvester's Hadamard matrix, n a power of two: all σ = √n, polar factor H/√n. */
  public static TestMatrix hadamard(int n) {
    TestMatrix.Entry sign = (i, j) -> Integer.bitCount(i & j) % 2 == 0 ? 1 : -1;
    return TestMatrix.of("Hadamard", n, n, sign)
        .withSingularValues(repeated(n, Math.sqrt(n)))
        .withPolarFactor((i, j) -> sign.at(i, j) / Math.sqrt(n))
        .exactly();
  }

  /** Hartley's matrix cos + sin of 2πij/n: all σ = √n, polar factor E/√n. */
  public static TestMatrix hartley(int n) {
    TestMatrix.Entry cas = (i, j) -> {
      double angle = 2 * Math.PI * (i * j % n) / n;
      return Math.cos(angle) + Math.sin(angle);
    };
    return TestMatrix.of("Hartley", n, n, cas)
        .withSingularValues(repeated(n, Math.sqrt(n)))
        .withPolarFactor((i, j) -> cas.at(i, j) / Math.sqrt(n));
  }

  /** The orthogonal sine transform √(2/(n+1))·sin(ijπ/(n+1)), i and j from 1: all σ = 1, its own polar factor. */
  public static TestMatrix sineTransform(int n) {
    TestMatrix.Entry sine = (i, j) -> {
      int turn = (i + 1) * (j + 1) % (2 * (n + 1));
      return Math.sqrt(2.0 / (n + 1)) * Math.sin(turn * Math.PI / (n + 1));
    };
    return TestMatrix.of("sine transform", n, n, sine).withSingularValues(repeated(n, 1)).withPolarFactor(sine);
  }

  /** Four stacked identities, 4n×n: all σ = 2, the upper bound √(b/k) of SVMax for unit rows. */
  public static TestMatrix stackedIdentities(int n) {
    return TestMatrix.of("stacked identities", 4 * n, n, (i, j) -> i % n == j ? 1 : 0)
        .withSingularValues(repeated(n, 2))
        .withPolarFactor((i, j) -> i % n == j ? 0.5 : 0)
        .exactly();
  }

  /** All rows the same unit vector: σ₁ = √b alone, the lower bound √b/k of SVMax, polar factor E/√b. */
  public static TestMatrix equalRows(int rows, int columns) {
    TestMatrix.Entry entry = (_, j) -> columns >= 4 ? (j < 4 ? 0.5 : 0) : (j == 0 ? 1 : 0);
    double[] sigma = new double[Math.min(rows, columns)];
    sigma[0] = Math.sqrt(rows);
    return TestMatrix.of("equal unit rows", rows, columns, entry)
        .withSingularValues(sigma)
        .withPolarFactor((i, j) -> entry.at(i, j) / Math.sqrt(rows))
        .exactly();
  }

  private static double[] repeated(int n, double value) {
    double[] result = new double[n];
    Arrays.fill(result, value);
    return result;
  }
}
