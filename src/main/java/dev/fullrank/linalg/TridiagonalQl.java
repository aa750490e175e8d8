package dev.fullrank.linalg;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Implicit QL with Wilkinson's shift on a symmetric tridiagonal matrix (B. Parlett, "The Symmetric Eigenvalue Problem", chapter
 * 8). Rotations are collected and applied to the vectors in batches, a strip of columns at a time, so that the vectors are not
 * streamed through the cache once for each step (R. Lang, "Using level 3 BLAS in rotation-based algorithms", 1998, the idea).
 */
final class TridiagonalQl {
  /** u² relative to |d_i·d_{i+1}|: an off-diagonal entry below this, squared, counts as zero. */
  private static final double NEGLIGIBLE = 0x1p-106;

  /** Columns of a strip: 1 KiB of each vector, 512 vectors in 512 KiB. */
  private static final int STRIP = 128;

  private final @Nullable ColumnOps ops;
  private final int maxIterations;
  private final int[] rows;
  private final double[] cosines;
  private final double[] sines;
  private int pending;

  /** For eigenvalues alone. */
  TridiagonalQl(int maxIterations) {
    this(null, 0, maxIterations);
  }

  /**
   * @param ops turns vectors, of which there are none where it is null
   */
  TridiagonalQl(@Nullable ColumnOps ops, int rotationBatch, int maxIterations) {
    this.ops = ops;
    this.maxIterations = maxIterations;
    rows = new int[rotationBatch];
    cosines = new double[rotationBatch];
    sines = new double[rotationBatch];
  }

  /** d becomes the eigenvalues, in no order; e is destroyed. */
  void run(double[] d, double[] e, int k) {
    iterate(d, e, k, null);
  }

  /** Also turns the rows of z, k of length k: with z = I on entry, row i becomes the eigenvector of d[i]. */
  void run(double[] d, double[] e, int k, double[] z) {
    iterate(d, e, k, z);
    flush(z, k);
  }

  private void iterate(double[] d, double[] e, int k, double @Nullable [] z) {
    pending = 0;
    long left = (long) maxIterations * k;
    for (int l = 0; l < k; l++) {
      for (int m = blockEnd(d, e, l, k); m > l; m = blockEnd(d, e, l, k)) {
        if (left-- == 0) {
          throw new ConvergenceException("implicit QL: " + maxIterations + "·" + k + " steps left e[" + l + "] = " + e[l]);
        }
        step(d, e, l, m, k, z);
      }
    }
  }

  /** The last row of the unreduced block that starts at l. */
  private static int blockEnd(double[] d, double[] e, int l, int k) {
    int m = l;
    while (m < k - 1 && e[m] * e[m] > NEGLIGIBLE * Math.abs(d[m]) * Math.abs(d[m + 1]) + Double.MIN_NORMAL) {
      m++;
    }
    return m;
  }

  /** One QL step on rows l to m: shift by the eigenvalue of the leading 2×2 block nearer to d_l, chase the bulge upwards. */
  private void step(double[] d, double[] e, int l, int m, int k, double @Nullable [] z) {
    double theta = (d[l + 1] - d[l]) / (2 * e[l]);
    double shift = d[l] - e[l] / (theta + Math.copySign(Math.hypot(theta, 1), theta));
    double g = d[m] - shift;
    double s = 1;
    double c = 1;
    double p = 0;
    for (int i = m - 1; i >= l; i--) {
      double f = s * e[i];
      double b = c * e[i];
      double r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= p;
        e[m] = 0;
        return;
      }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      double t = (d[i] - g) * s + 2 * c * b;
      p = s * t;
      d[i + 1] = g + p;
      g = c * t - b;
      if (z != null) {
        if (pending == rows.length) {
          flush(z, k);
        }
        rows[pending] = i;
        cosines[pending] = c;
        sines[pending++] = s;
      }
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
  }

  private void flush(double[] z, int k) {
    ColumnOps turning = Objects.requireNonNull(ops);
    for (int first = 0; first < k; first += STRIP) {
      int width = Math.min(STRIP, k - first);
      for (int r = 0; r < pending; r++) {
        int upper = rows[r] * k + first;
        turning.rotate(z, upper, z, upper + k, width, cosines[r], sines[r]);
      }
    }
    pending = 0;
  }
}
