package dev.fullrank.kernels.contract;

import org.jspecify.annotations.Nullable;

/** What block_root makes of a Gram matrix, with its order of all operations. */
final class BlockRootReference {
  static final int SUMS = 5;

  /** Numbers of a step. */
  static final int COEFFICIENTS = 3;

  private static final int SMALL = 32;
  private static final int LARGE = 64;
  private static final int RESIDUAL = 2;
  private static final double OUTSIDE = 1.06;

  /** The number of no schedule. */
  static final int NONE = -1;

  private final double[][] g;
  private final int k;
  private final double bound;
  private int taken = NONE;
  private boolean restarted;
  private double squaredScale;
  private double[][] z;
  private double[][] t;
  private double[][] m;

  /**
   * @param steps coefficients for all matrices
   * @param table what is permitted, and for each schedule the ratio, the number of steps and coefficients
   * @param first column 0 of w
   */
  BlockRootReference(double[][] g, double[] steps, double @Nullable [] table, double[] first) {
    this.g = g;
    this.k = g.length;
    this.bound = bound();
    this.z = g;
    this.t = g;
    this.m = g;
    double[] shorter = table == null ? null : schedule(table, RitzRange.of(g, side(k), bound, first));
    if (table != null && shorter != null) {
      iterate(shorter);
      restarted = !(sums()[RESIDUAL] <= table[0]);
    }
    if (shorter == null || restarted) {
      squaredScale = bound;
      iterate(steps);
    }
  }

  /** Rows in shared memory, without the gap. */
  static int side(int k) {
    return k <= SMALL ? SMALL : LARGE;
  }

  /** The steps of the first schedule that reaches so far, from which α² is set. */
  private double @Nullable [] schedule(double[] table, RitzRange spectrum) {
    int at = 1;
    for (int s = 0; at < table.length; s++) {
      int numbers = COEFFICIENTS * (int) table[at + 1];
      if (spectrum.least() > 0 && spectrum.least() >= table[at] * spectrum.most()) {
        taken = s;
        squaredScale = Math.min(OUTSIDE * spectrum.most(), bound);
        double[] steps = new double[numbers];
        System.arraycopy(table, at + 2, steps, 0, numbers);
        return steps;
      }
      at += 2 + numbers;
    }
    return null;
  }

  /** Which schedule was tried. */
  int taken() {
    return taken;
  }

  /** Whether that was wrong. */
  boolean restarted() {
    return restarted;
  }

  /** min(‖G‖_∞, ‖G‖_F). */
  double largest() {
    return bound;
  }

  double squaredScale() {
    return squaredScale;
  }

  double[][] z() {
    return z;
  }

  /** Z·G·Z. */
  double[][] m() {
    return m;
  }

  private void iterate(double[] steps) {
    double factor = squaredScale == 0 ? 0 : 1 / squaredScale;
    double[][] r = scaled(factor, g);
    double[][] q = r;
    double[][] p = r;
    for (int s = 0; s < steps.length / COEFFICIENTS; s++) {
      if (s > 0) {
        r = product(product(r, p), p);
      }
      p = polynomial(r, steps[3 * s], steps[3 * s + 1], steps[3 * s + 2]);
      q = s == 0 ? p : product(q, p);
    }
    z = scaled(squaredScale == 0 ? 0 : 1 / Math.sqrt(squaredScale), q);
    t = both(g, z);
    m = product(z, t);
  }

  private double[][] scaled(double factor, double[][] x) {
    double[][] out = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        out[i][j] = factor * x[i][j];
      }
    }
    return out;
  }

  private double[][] polynomial(double[][] r, double a, double b, double c) {
    double[][] p = product(r, r);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        p[i][j] = (i == j ? a : 0) + (b * r[i][j] + c * p[i][j]);
      }
    }
    return p;
  }

  /** The symmetric matrix whose upper triangle is that of a·b. */
  private double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = i; j < k; j++) {
        for (int l = 0; l < k; l++) {
          c[i][j] = Math.fma(a[l][i], b[l][j], c[i][j]);
        }
        c[j][i] = c[i][j];
      }
    }
    return c;
  }

  /** a·b with both triangles, of symmetric matrices. */
  private double[][] both(double[][] a, double[][] b) {
    double[][] c = product(a, b);
    double[][] lower = product(b, a);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        c[i][j] = lower[j][i];
      }
    }
    return c;
  }

  private double bound() {
    double[] rowSquares = new double[k];
    double largest = 0;
    for (int i = 0; i < k; i++) {
      double[] row = g[i];
      double sum = Reduction.ofLanes(k, j -> Math.abs(row[j]));
      rowSquares[i] = Reduction.ofLanes(k, j -> row[j] * row[j]);
      largest = Math.max(largest, sum);
    }
    double[] ofThread = new double[Blocks.THREADS];
    for (int i = 0; i < k; i++) {
      ofThread[i % (Blocks.THREADS / Blocks.TILE) * Blocks.TILE] += rowSquares[i];
    }
    return Math.min(largest, Math.sqrt(Reduction.ofBlock(ofThread)));
  }

  /** The sums of each thread's entries, and the fold. */
  double[] sums() {
    double[][] ofThread = new double[SUMS][Blocks.THREADS];
    int number = 0;
    for (int top = 0; top < k; top += 8) {
      for (int left = top; left < k; left += 8) {
        int warp = number++ % (Blocks.THREADS / Blocks.TILE);
        for (int i = top; i < Math.min(top + 8, k); i++) {
          for (int j = Math.max(left, i); j < Math.min(left + 8, k); j++) {
            int thread = warp * Blocks.TILE + i % 8 * 4 + j % 8 / 2;
            for (int times = 0; times < (i == j ? 1 : 2); times++) {
              double residual = m[i][j] - (i == j ? 1 : 0);
              ofThread[0][thread] += i == j ? t[i][j] : 0;
              ofThread[1][thread] += m[i][j] * (times == 0 ? t[i][j] : t[j][i]);
              ofThread[2][thread] += residual * residual;
              ofThread[3][thread] += i == j ? z[i][j] : 0;
              ofThread[4][thread] += z[i][j] * z[i][j];
            }
          }
        }
      }
    }
    double[] sums = new double[SUMS];
    for (int s = 0; s < SUMS; s++) {
      sums[s] = Reduction.ofBlock(ofThread[s]);
    }
    return sums;
  }
}
