package dev.fullrank.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;

/** Classical matrices whose singular values, or at least their sum, are known in closed form. */
public final class StructuredMatrices {
  private StructuredMatrices() {}

  static List<TestMatrix> all(Extent extent, long seed) {
    int[] orders = extent == Extent.FULL ? new int[] {2, 5, 31, 63} : new int[] {5, 16};
    List<TestMatrix> result = new ArrayList<>();
    for (int n : orders) {
      result.add(circulant(n));
      result.add(path(n));
      result.add(secondDifference(n));
      result.add(kacMurdockSzego(n));
      result.add(minimum(n));
      result.add(greatestCommonDivisor(n));
      result.add(firstDifference(n));
      result.add(firstDifference(n).transposed());
      result.add(jordanBlock(n));
      result.add(nilpotentShift(n));
      result.add(twoRows(n, seed));
      result.add(laeuchli(n, 0x1p-10));
      result.add(laeuchli(n, 0x1p-30));
      result.add(kahan(n, 1.2));
      result.add(vandermonde(n, Math.min(n, 12)));
    }
    result.add(twoByTwo(3, 1, -2, 4));
    result.add(twoByTwo(1, 1e-3, 1, 2e-3));
    result.add(threeByTwo());
    return result;
  }

  /** The circulant of 1..n: σ₀ = n(n+1)/2, σ_j = n/(2·sin(πj/n)). */
  public static TestMatrix circulant(int n) {
    return TestMatrix.of("circulant", n, n, (i, j) -> 1 + Math.floorMod(j - i, n))
        .withSingularValues(values(n, j -> j == 0 ? n * (n + 1) / 2.0 : n / (2 * Math.sin(Math.PI * j / n))))
        .exactly();
  }

  /** Adjacency of the path graph: σ = |2·cos(jπ/(n+1))|, j from 1; singular for odd n. */
  public static TestMatrix path(int n) {
    return TestMatrix.of("path graph", n, n, (i, j) -> Math.abs(i - j) == 1 ? 1 : 0)
        .withSingularValues(values(n, j -> 2 * j + 1 == n ? 0 : Math.abs(2 * Math.cos((j + 1) * Math.PI / (n + 1)))))
        .exactly();
  }

  /** tridiag(−1, 2, −1): positive definite, trace 2n, σ = 4·sin²(jπ/(2n+2)), j from 1. */
  public static TestMatrix secondDifference(int n) {
    return positive("second difference", n, (i, j) -> i == j ? 2 : Math.abs(i - j) == 1 ? -1 : 0)
        .withSingularValues(values(n, j -> 4 * squared(Math.sin((j + 1) * Math.PI / (2 * n + 2)))));
  }

  /** Kac, Murdock and Szegő's 2^-|i−j|: positive definite with trace n, so s_μ = 1. */
  public static TestMatrix kacMurdockSzego(int n) {
    return positive("Kac-Murdock-Szegő", n, (i, j) -> Math.scalb(1.0, -Math.abs(i - j))).withMean(1);
  }

  /** min(i, j), i and j from 1: positive definite, s_μ = (n+1)/2, σ = 1/(4·sin²((2j−1)π/(4n+2))), j from 1. */
  public static TestMatrix minimum(int n) {
    return positive("min(i, j)", n, (i, j) -> 1 + Math.min(i, j))
        .withSingularValues(values(n, j -> 1 / (4 * squared(Math.sin((2 * j + 1) * Math.PI / (4 * n + 2))))));
  }

  /** Smith's gcd(i, j), i and j from 1: positive definite, s_μ = (n+1)/2. */
  public static TestMatrix greatestCommonDivisor(int n) {
    return positive("gcd(i, j)", n, (i, j) -> gcd(i + 1, j + 1)).withMean((n + 1) / 2.0);
  }

  /** First differences, (n−1)×n: σ = 2·sin(jπ/(2n)), j from 1 to n−1, Σσ = cot(π/(4n)) − 1. */
  public static TestMatrix firstDifference(int n) {
    return TestMatrix.of("first difference", n - 1, n, (i, j) -> j == i + 1 ? 1 : j == i ? -1 : 0)
        .withSingularValues(values(n - 1, j -> 2 * Math.sin((j + 1) * Math.PI / (2 * n))))
        .withMean((1 / Math.tan(Math.PI / (4 * n)) - 1) / (n - 1))
        .exactly();
  }

  /** The Jordan block I + N: σ = 2·cos(jπ/(2n+1)), j from 1, Σσ = 1/sin(π/(4n+2)) − 1. */
  public static TestMatrix jordanBlock(int n) {
    return TestMatrix.of("Jordan block", n, n, (i, j) -> j == i || j == i + 1 ? 1 : 0)
        .withSingularValues(values(n, j -> 2 * Math.cos((j + 1) * Math.PI / (2 * n + 1))))
        .withMean((1 / Math.sin(Math.PI / (4 * n + 2)) - 1) / n)
        .exactly();
  }

  /** The nilpotent shift: n−1 ones and one exact zero, its own polar factor. */
  public static TestMatrix nilpotentShift(int n) {
    TestMatrix.Entry shift = (i, j) -> j == i + 1 ? 1 : 0;
    return TestMatrix.of("nilpotent shift", n, n, shift)
        .withSingularValues(values(n, j -> j == 0 ? 0 : 1))
        .withPolarFactor(shift)
        .exactly();
  }

  /** Two random rows of small integers: with p, r their squared lengths and q their product, Σσ = √(p + r + 2√(pr − q²)). */
  public static TestMatrix twoRows(int columns, long seed) {
    RandomGenerator random = ExactOrthogonal.random(seed);
    double[] a = random.doubles(2L * columns).map(x -> Math.rint(32 * x - 16)).toArray();
    double p = Compensated.dot(a, 0, a, 0, columns);
    double q = Compensated.dot(a, 0, a, columns, columns);
    double r = Compensated.dot(a, columns, a, columns, columns);
    double sum = Math.sqrt(p + r + 2 * Math.sqrt(p * r - q * q));
    return TestMatrix.of("two rows", 2, columns, (i, j) -> a[i * columns + j]).withMean(sum / 2).exactly();
  }

  /** [[a, b], [c, d]] with positive determinant: U·Vᵀ = (A + cof A)/(σ₁ + σ₂). */
  public static TestMatrix twoByTwo(double a, double b, double c, double d) {
    double sum = Math.hypot(a + d, b - c);
    double[] entries = {a, b, c, d};
    double[] cofactors = {d, -c, -b, a};
    return TestMatrix.of("2×2, det > 0", 2, 2, (i, j) -> entries[2 * i + j])
        .withMean(sum / 2)
        .withPolarFactor((i, j) -> (entries[2 * i + j] + cofactors[2 * i + j]) / sum)
        .exactly();
  }

  /** [[1, 2], [3, 4], [5, 6]]: s_μ = 5.01990933611188. */
  public static TestMatrix threeByTwo() {
    return TestMatrix.of("1..6", 3, 2, (i, j) -> 1 + 2 * i + j).withMean(Math.sqrt(91 + 2 * Math.sqrt(24)) / 2).exactly();
  }

  /** Läuchli's (n+1)×n matrix, a row of ones over εI: σ₁ = √(n + ε²), the others ε; its Gram matrix forgets small ε. */
  public static TestMatrix laeuchli(int n, double epsilon) {
    return TestMatrix.of("Läuchli " + epsilon, n + 1, n, (i, j) -> i == 0 ? 1 : i == j + 1 ? epsilon : 0)
        .withSingularValues(values(n, j -> j == 0 ? Math.sqrt(n + epsilon * epsilon) : epsilon))
        .exactly();
  }

  /** Kahan's upper triangular matrix, which misleads pivoted QR about its rank; nothing is known but the certificate. */
  public static TestMatrix kahan(int n, double theta) {
    return TestMatrix.of(
        "Kahan", n, n, (i, j) -> j < i ? 0 : Math.pow(Math.sin(theta), i) * (j == i ? 1 : -Math.cos(theta)));
  }

  /** A Vandermonde matrix on equispaced nodes of [−1, 1]: a smoothly decaying spectrum down to rounding. */
  public static TestMatrix vandermonde(int rows, int columns) {
    return TestMatrix.of("Vandermonde", rows, columns, (i, j) -> Math.pow(2 * (i + 0.5) / rows - 1, j));
  }

  private static TestMatrix positive(String name, int n, TestMatrix.Entry entry) {
    return TestMatrix.of(name, n, n, entry).withPolarFactor((i, j) -> i == j ? 1 : 0).withRank(n).exactly();
  }

  private static double[] values(int k, IntToDoubleFunction sigma) {
    double[] result = new double[k];
    for (int j = 0; j < k; j++) {
      result[j] = sigma.applyAsDouble(j);
    }
    return result;
  }

  private static double squared(double x) {
    return x * x;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
