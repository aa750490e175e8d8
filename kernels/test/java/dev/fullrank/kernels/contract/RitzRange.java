package dev.fullrank.kernels.contract;

import java.util.Arrays;

/**
 * Where block_root takes the spectrum of a matrix to be, with its order of all operations.
 *
 * @param least what no Ritz value is below, or 0
 * @param most what none is above, or the bound
 */
record RitzRange(double least, double most) {
  private static final int STEPS = 12;
  private static final double INVARIANT = 1e-12;

  /** The Ritz values of steps of Lanczos from a first vector, for G of order k ≤ side with ‖G‖ ≤ bound. */
  static RitzRange of(double[][] g, int side, double bound, double[] first) {
    int k = g.length;
    double[] diagonal = new double[Math.min(k, STEPS)];
    double[] beside = new double[diagonal.length];
    double norm = Math.sqrt(inner(first, first));
    double[] v = new double[k];
    Arrays.setAll(v, i -> first[i] / norm);
    double[] before = new double[k];
    for (int j = 0; j < diagonal.length; j++) {
      double[] u = product(g, side, v);
      diagonal[j] = inner(v, u);
      for (int i = 0; i < k; i++) {
        u[i] = Math.fma(-diagonal[j], v[i], u[i]);
        u[i] = j == 0 ? u[i] : Math.fma(-beside[j - 1], before[i], u[i]);
      }
      double beta = Math.sqrt(inner(u, u));
      if (!(beta > INVARIANT * bound && beta < Double.POSITIVE_INFINITY)) {
        return of(Arrays.copyOf(diagonal, j + 1), beside, bound);
      }
      beside[j] = beta;
      before = v;
      v = Arrays.stream(u).map(entry -> entry / beta).toArray();
    }
    return of(diagonal, beside, bound);
  }

  /** Of the numbers bound·(t/256)² the last below all eigenvalues of a tridiagonal matrix and the first above. */
  private static RitzRange of(double[] diagonal, double[] beside, double bound) {
    double least = 0;
    double most = bound;
    for (int t = Blocks.THREADS; t >= 1; t--) {
      double root = t / (double) Blocks.THREADS;
      double x = bound * (root * root);
      double pivot = diagonal[0] - x;
      boolean below = pivot > 0;
      boolean above = pivot < 0;
      for (int i = 1; i < diagonal.length; i++) {
        pivot = (diagonal[i] - x) - beside[i - 1] * beside[i - 1] / pivot;
        below &= pivot > 0;
        above &= pivot < 0;
      }
      least = below && least == 0 ? x : least;
      most = above ? x : most;
    }
    return new RitzRange(least, most);
  }

  /** A thread has each so-manieth term of an entry. */
  private static double[] product(double[][] g, int side, double[] v) {
    int parts = Blocks.THREADS / side;
    double[] u = new double[v.length];
    for (int i = 0; i < u.length; i++) {
      for (int p = 0; p < parts; p++) {
        double sum = 0;
        for (int l = p; l < v.length; l += parts) {
          sum = Math.fma(g[l][i], v[l], sum);
        }
        u[i] += sum;
      }
    }
    return u;
  }

  /** Lane l has entries l and l + 32. */
  private static double inner(double[] a, double[] b) {
    double[] lanes = new double[Blocks.TILE];
    for (int i = 0; i < a.length; i++) {
      lanes[i % Blocks.TILE] = Math.fma(a[i], b[i], lanes[i % Blocks.TILE]);
    }
    return Reduction.ofBlock(lanes);
  }
}
