package dev.fullrank.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Tall matrices, column-major, with singular values known in closed form or by construction. */
final class Families {
  /**
   * A matrix and what is known about it.
   *
   * @param a column-major n×k
   * @param sigma the exact values, descending; empty if only invariants can be checked
   * @param rank the rank of the unrounded matrix
   */
  @SuppressWarnings("ArrayRecordComponent") // carriers of test data, never compared
  record Family(String name, int n, int k, double[] a, double[] sigma, int rank) {
    @Override
    public String toString() {
      return name + " " + n + "×" + k;
    }
  }

  /** a_ij by formula. */
  interface Entry {
    double at(int i, int j);
  }

  private Families() {}

  static List<Family> all() {
    List<Family> all = new ArrayList<>();
    all.addAll(closedForms());
    all.addAll(givenSpectra());
    all.addAll(shapes());
    return all;
  }

  static List<Family> closedForms() {
    int n = 32;
    double nn = n;
    double pi = Math.PI;
    List<Family> f = new ArrayList<>();
    f.add(known("Hadamard", n, n, (i, j) -> 1 - 2 * (Integer.bitCount(i & j) & 1), i -> Math.sqrt(nn)));
    f.add(known("Hartley", n, n, (i, j) -> cas(2 * pi * (i * j % n) / nn), i -> Math.sqrt(nn)));
    f.add(known("sine", n, n, (i, j) -> sine(i, j, n), i -> 1));
    f.add(known("four identities", 4 * n, n, (i, j) -> i % n == j ? 1 : 0, i -> 2));
    IntToDoubleFunction circulant = i -> i == 0 ? nn * (nn + 1) / 2 : nn / (2 * Math.sin(i * pi / nn));
    f.add(known("circulant", n, n, (i, j) -> (j - i + n) % n + 1, circulant));
    f.add(known("path graph", n, n, (i, j) -> Math.abs(i - j) == 1 ? 1 : 0, i -> 2 * Math.cos((i + 1) * pi / (nn + 1))));
    IntToDoubleFunction laplacian = i -> 4 * square(Math.sin((i + 1) * pi / (2 * nn + 2)));
    f.add(known("second difference", n, n, (i, j) -> i == j ? 2 : Math.abs(i - j) == 1 ? -1 : 0, laplacian));
    IntToDoubleFunction difference = i -> 2 * Math.sin((i + 1) * pi / (2 * nn));
    f.add(known("first difference", n, n - 1, (i, j) -> i == j ? -1 : i == j + 1 ? 1 : 0, difference));
    IntToDoubleFunction jordan = i -> 2 * Math.cos((i + 1) * pi / (2 * nn + 1));
    f.add(known("Jordan block", n, n, (i, j) -> i == j || j == i + 1 ? 1 : 0, jordan));
    f.add(known("nilpotent shift", n, n, (i, j) -> j == i + 1 ? 1 : 0, i -> i < n - 1 ? 1 : 0));
    IntToDoubleFunction minimum = i -> 0.25 / square(Math.sin((i + 0.5) * pi / (2 * nn + 1)));
    f.add(known("min(i,j)", n, n, (i, j) -> Math.min(i, j) + 1, minimum));
    f.add(known("equal unit rows", n, 4, (i, j) -> 0.5, i -> i == 0 ? Math.sqrt(nn) : 0));
    f.add(known("[[1,2],[3,4],[5,6]]", 3, 2, (i, j) -> 2 * i + j + 1, i -> i == 0 ? 9.525518091565104 : 0.5143005806586441));
    IntToDoubleFunction lauchli = i -> i == 0 ? Math.hypot(Math.sqrt(nn), 1e-10) : 1e-10;
    f.add(known("Läuchli", n + 1, n, (i, j) -> i == 0 ? 1 : i == j + 1 ? 1e-10 : 0, lauchli));
    IntToDoubleFunction outer = i -> i == 0 ? geometricRankOne(n) : 0;
    f.add(known("rank one 2^i·2^-j", n, n, (i, j) -> Math.scalb(1.0, i - j - n), outer));
    return f;
  }

  static List<Family> givenSpectra() {
    List<Family> f = new ArrayList<>();
    for (int[] shape : new int[][] {{32, 32}, {64, 32}, {256, 16}}) {
      int n = shape[0];
      int k = shape[1];
      f.add(hidden("geometric", n, k, i -> Math.scalb(1.0, -i)));
      f.add(hidden("clustered at 1", n, k, i -> i < k - 1 ? 1 : 1e-8));
      f.add(hidden("clustered at 1/κ", n, k, i -> i == 0 ? 1 : 1e-15));
      f.add(hidden("arithmetic", n, k, i -> 1 - i * 0.9 / k));
      f.add(hidden("rank deficient", n, k, i -> i < k / 2 ? 1.0 / (i + 1) : 0));
      f.add(hidden("near repeated", n, k, i -> 1 - i * 0x1p-50));
      for (int digits : new int[] {1, 3, 7, 11, 15}) {
        f.add(hidden("log-uniform, κ = 1e" + digits, n, k, i -> Math.pow(10, -digits * i / (k - 1.0))));
      }
    }
    return f;
  }

  static List<Family> shapes() {
    List<Family> f = new ArrayList<>();
    f.add(known("zero", 7, 5, (i, j) -> 0, i -> 0));
    f.add(known("one entry", 1, 1, (i, j) -> -3, i -> 3));
    f.add(known("zero entry", 1, 1, (i, j) -> 0, i -> 0));
    f.add(known("column", 9, 1, (i, j) -> i % 2 == 0 ? 2 : 0, i -> Math.sqrt(20)));
    for (int k = 1; k <= 9; k++) {
      for (int n = k; n <= 12; n++) {
        f.add(gaussian("Gaussian", n, k, 31L * n + k));
      }
    }
    f.add(gaussian("Gaussian", 77, 33, 1));
    f.add(gaussian("Gaussian", 65, 64, 2));
    f.add(gaussian("Gaussian", 100, 100, 3));
    f.add(unknown("Kahan", 60, 60, (i, j) -> i > j ? 0 : Math.pow(0.8, i) * (i == j ? 1 : -0.6), 60));
    f.add(unknown("Vandermonde", 40, 20, (i, j) -> Math.pow((i + 1) / 40.0, j), 20));
    f.add(unknown("KMS", 32, 32, (i, j) -> Math.scalb(1.0, -Math.abs(i - j)), 32));
    f.add(unknown("gcd", 32, 32, (i, j) -> gcd(i + 1, j + 1), 32));
    return f;
  }

  /** (I − (2/n)·u·uᵀ)·diag(σ)·(I − (2/k)·v·vᵀ) with signs u, v: the reflectors are exact, n and k powers of two. */
  static Family hidden(String name, int n, int k, IntToDoubleFunction sigma) {
    double[] s = sorted(k, sigma);
    double[] a =
        columnMajor(
            n,
            k,
            (i, j) -> {
              double u = sign(i, 5) * sign(j, 5);
              double v = sign(i, 3) * sign(j, 3);
              double mixed = 0;
              for (int l = 0; l < k; l++) {
                mixed += sign(l, 5) * sign(l, 3) * s[l];
              }
              double plain = i == j ? s[i] : 0;
              double right = i < k ? 2.0 / k * s[i] * v : 0;
              return plain - 2.0 / n * u * s[j] - right + 4.0 / n / k * sign(i, 5) * sign(j, 3) * mixed;
            });
    return new Family(name, n, k, a, s, (int) Arrays.stream(s).filter(x -> x > 0).count());
  }

  static Family gaussian(String name, int n, int k, long seed) {
    Random random = new Random(seed);
    return unknown(name, n, k, (i, j) -> random.nextGaussian(), k);
  }

  static Family known(String name, int n, int k, Entry entry, IntToDoubleFunction sigma) {
    double[] s = sorted(k, i -> Math.abs(sigma.applyAsDouble(i)));
    return new Family(name, n, k, columnMajor(n, k, entry), s, (int) Arrays.stream(s).filter(x -> x > 0).count());
  }

  static Family unknown(String name, int n, int k, Entry entry, int rank) {
    return new Family(name, n, k, columnMajor(n, k, entry), new double[0], rank);
  }

  static double[] columnMajor(int n, int k, Entry entry) {
    double[] a = new double[n * k];
    for (int j = 0; j < k; j++) {
      for (int i = 0; i < n; i++) {
        a[j * n + i] = entry.at(i, j);
      }
    }
    return a;
  }

  private static double[] sorted(int k, IntToDoubleFunction sigma) {
    double[] ascending = new double[k];
    Arrays.setAll(ascending, sigma);
    Arrays.sort(ascending);
    double[] s = new double[k];
    Arrays.setAll(s, i -> ascending[k - 1 - i]);
    return s;
  }

  /** A fixed pattern of signs; different odd multipliers give unrelated patterns. */
  private static int sign(int i, int multiplier) {
    return (Integer.bitCount(i * multiplier * 0x9E3779B1) & 1) == 0 ? 1 : -1;
  }

  /** √(2/(n+1))·sin((i+1)(j+1)π/(n+1)), symmetric orthogonal; the angle is reduced while it is exact. */
  static double sine(int i, int j, int n) {
    return Math.sqrt(2.0 / (n + 1)) * Math.sin((i + 1) * (j + 1) % (2 * (n + 1)) * Math.PI / (n + 1));
  }

  private static double cas(double x) {
    return Math.cos(x) + Math.sin(x);
  }

  /** ‖(2^i)_i‖·‖(2^-j)_j‖·2^-n. */
  private static double geometricRankOne(int n) {
    double up = Math.sqrt((Math.pow(4, n) - 1) / 3);
    double down = Math.sqrt((1 - Math.pow(4, -n)) * 4 / 3);
    return Math.scalb(up * down, -n);
  }

  private static double square(double x) {
    return x * x;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
