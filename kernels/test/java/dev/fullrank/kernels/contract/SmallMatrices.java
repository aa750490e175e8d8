package dev.fullrank.kernels.contract;

import java.util.Arrays;

/** Eigenvectors of Gram matrices and polar factors from them in the order of operations of the contracts, for matrices of n rows of k. */
final class SmallMatrices {
  private static final int SLAB = 16;
  private static final int SWEEPS = 30;
  private static final double EPSILON = 0x1p-52;

  private SmallMatrices() {}

  /** AᵀA, each entry slab by slab. */
  static double[] gram(double[] a, int n, int k) {
    double[] g = new double[k * k];
    for (int top = 0; top < n; top += SLAB) {
      for (int j = 0; j < k; j++) {
        for (int i = 0; i < k; i++) {
          double sum = 0;
          for (int l = top; l < Math.min(top + SLAB, n); l++) {
            sum += a[l * k + i] * a[l * k + j];
          }
          g[j * k + i] += sum;
        }
      }
    }
    return g;
  }

  /** Eigenvectors of AᵀA, one after the other, then zeros. */
  static double[] eigenvectors(double[] a, int n, int k) {
    double[] l = cholesky(gram(a, n, k), k);
    int rank = l.length / k;
    rotate(l, k, rank);
    double[] v = new double[k * k];
    for (int c = 0; c < rank; c++) {
      double norm = Math.sqrt(dot(l, c, c, k));
      for (int i = 0; i < k; i++) {
        v[c * k + i] = l[c * k + i] / norm;
      }
    }
    return v;
  }

  /** The columns of L with G = L·Lᵀ, in the order of the pivots, rows where they are; destroys G. */
  private static double[] cholesky(double[] g, int k) {
    double[] l = new double[k * k];
    boolean[] done = new boolean[k];
    double least = 0;
    for (int rank = 0; rank < k; rank++) {
      int p = -1;
      for (int i = 0; i < k; i++) {
        p = !done[i] && g[i * k + i] > (p < 0 ? 0 : g[p * k + p]) ? i : p;
      }
      double pivot = p < 0 ? 0 : g[p * k + p];
      least = rank == 0 ? k * EPSILON * pivot : least;
      if (pivot <= least) {
        return Arrays.copyOf(l, rank * k);
      }
      done[p] = true;
      for (int j = 0; j < k; j++) {
        double factor = g[p * k + j] / pivot;
        for (int i = 0; i < k && !done[j]; i++) {
          g[j * k + i] = i == p ? 0 : g[j * k + i] - g[p * k + i] * factor;
        }
      }
      double root = Math.sqrt(pivot);
      for (int i = 0; i < k; i++) {
        l[rank * k + i] = g[p * k + i] / root;
      }
    }
    return l;
  }

  private static void rotate(double[] l, int k, int rank) {
    int rounds = rank + rank % 2 - 1;
    boolean rotated = true;
    for (int sweep = 0; sweep < SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int round = 0; round < rounds; round++) {
        for (int pair = 0; pair <= rounds / 2; pair++) {
          int a = pair == 0 ? rounds : (round + pair) % rounds;
          int b = (round + rounds - pair) % rounds;
          rotated |= a < rank && b < rank && orthogonalize(l, a, b, k);
        }
      }
    }
  }

  private static boolean orthogonalize(double[] l, int a, int b, int k) {
    double aa = dot(l, a, a, k);
    double bb = dot(l, b, b, k);
    double ab = dot(l, a, b, k);
    if (Math.abs(ab) <= (k + 8) * EPSILON * Math.sqrt(aa * bb)) {
      return false;
    }
    double zeta = (bb - aa) / (2 * ab);
    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
    double c = 1 / Math.sqrt(1 + t * t);
    double s = c * t;
    for (int i = 0; i < k; i++) {
      double x = l[a * k + i];
      double y = l[b * k + i];
      l[a * k + i] = c * x - s * y;
      l[b * k + i] = s * x + c * y;
    }
    return true;
  }

  private static double dot(double[] columns, int a, int b, int k) {
    return Reduction.ofLanes(k, i -> columns[a * k + i] * columns[b * k + i]);
  }

  /** Adds the polar factor to p, n×k zeros, and says of it: Σσ, how many count, σ₁, and the squared residuals of V, B and Y. */
  static double[] polar(double[] y, double[] v, int n, int k, double[] p) {
    double[] c = new double[n * k];
    for (int e = 0; e < n * k; e++) {
      for (int i = 0; i < k; i++) {
        c[e] += y[e / k * k + i] * v[e % k * k + i];
      }
    }
    double[] square = gram(c, n, k);
    double[] norms = new double[k];
    Arrays.setAll(norms, j -> Math.sqrt(square[j * k + j]));
    double largest = Arrays.stream(norms).max().orElseThrow();
    double[] sigma = Arrays.stream(norms).map(s -> s > n * EPSILON * largest ? s : 0).toArray();
    double ofY = residual(y, c, v, sigma, n, k, p);
    return new double[] {
      Reduction.sum(k, Blocks.THREADS, j -> norms[j]) - ofColumns(v, sigma, k, (i, j, h) -> i == j ? sigma[j] * h : 0) / 2,
      Arrays.stream(sigma).filter(s -> s > 0).count(),
      largest,
      ofColumns(v, sigma, k, (i, j, h) -> i == j ? h * h : 2 * (h * h)),
      Reduction.sum(k * k, Blocks.THREADS, e -> ofGram(square, sigma, e, k)),
      ofY
    };
  }

  private static double ofGram(double[] square, double[] sigma, int e, int k) {
    double scale = sigma[e / k] * sigma[e % k];
    double h = scale > 0 ? square[e] / scale - (e / k == e % k ? 1 : 0) : 0;
    return h * h;
  }

  /** What a product of two columns adds to a sum. */
  private interface OfProduct {
    double term(int i, int j, double h);
  }

  /** Warp w has the columns w, w + 8, …, each with those up to it. */
  private static double ofColumns(double[] v, double[] sigma, int k, OfProduct of) {
    double[] threads = new double[Blocks.THREADS];
    for (int j = 0; j < k; j++) {
      for (int i = 0; i <= j; i++) {
        double h = sigma[i] > 0 && sigma[j] > 0 ? dot(v, i, j, k) - (i == j ? 1 : 0) : 0;
        threads[j % (Blocks.THREADS / Blocks.TILE) * Blocks.TILE] += of.term(i, j, h);
      }
    }
    return Reduction.ofBlock(threads);
  }

  /** Thread t has the entries t, t + 256, … of each slab. */
  private static double residual(double[] y, double[] c, double[] v, double[] sigma, int n, int k, double[] p) {
    double[] threads = new double[Blocks.THREADS];
    for (int e = 0; e < n * k; e++) {
      double image = 0;
      for (int j = 0; j < k; j++) {
        double b = sigma[j] > 0 ? c[e / k * k + j] / sigma[j] : 0;
        double term = b * v[j * k + e % k];
        p[e] += term;
        image += sigma[j] * term;
      }
      double r = y[e] - image;
      threads[e % (SLAB * k) % Blocks.THREADS] += r * r;
    }
    return Reduction.ofBlock(threads);
  }
}
