package dev.fullrank.check;

import java.util.Arrays;

/**
 * Singular values and polar factor by plain one-sided Jacobi (Hestenes 1958; convergence with de Rijk's ordering, 1989): the
 * suite's own reference, written for plainness. It shares no code with the library.
 *
 * <p>The k vectors along the short side are rotated in pairs until all are orthogonal; their lengths are the singular values
 * and the rotations, accumulated, give U_r·V_rᵀ.
 */
final class HestenesSvd {
  /** Vectors of length n with |cos| up to √n times this count as orthogonal: eight times what rounding of a product leaves. */
  private static final double ORTHOGONAL = 0x1p-50;

  /** A vector this many times shorter than the longest is zero but for rounding, and its direction nothing but rounding. */
  private static final double NEGLIGIBLE = 0x1p-70;

  /** Ten sweeps are usual, graded matrices need a few more; beyond this the algorithm has failed. */
  private static final int MAX_SWEEPS = 60;

  private final double[] singularValues;
  private final double[] polarFactor;

  private HestenesSvd(double[] singularValues, double[] polarFactor) {
    this.singularValues = singularValues;
    this.polarFactor = polarFactor;
  }

  /**
   * The decomposition of a row-major matrix whose largest entry is near 1.
   *
   * @param relativeThreshold singular values up to this times σ₁ count as zero in the polar factor
   */
  static HestenesSvd of(double[] a, int rows, int columns, double relativeThreshold) {
    boolean tall = rows > columns;
    int k = Math.min(rows, columns);
    int n = Math.max(rows, columns);
    double[][] x = new double[k][n];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x[tall ? j : i][tall ? i : j] = a[i * columns + j];
      }
    }
    double[][] v = new double[k][k];
    for (int i = 0; i < k; i++) {
      v[i][i] = 1;
    }
    orthogonalize(x, v);
    double[] sigma = new double[k];
    for (int i = 0; i < k; i++) {
      sigma[i] = Compensated.norm(x[i]);
    }
    double[] q = polar(x, v, sigma, relativeThreshold, tall, rows, columns);
    Arrays.sort(sigma);
    for (int i = 0; i < k / 2; i++) {
      double swap = sigma[i];
      sigma[i] = sigma[k - 1 - i];
      sigma[k - 1 - i] = swap;
    }
    return new HestenesSvd(sigma, q);
  }

  private static void orthogonalize(double[][] x, double[][] v) {
    int k = x.length;
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      boolean rotated = false;
      double longest = 0;
      for (int p = 0; p < k - 1; p++) {
        moveLongestTo(p, x, v);
        longest = Math.max(longest, Math.sqrt(dot(x[p], x[p])));
        for (int q = p + 1; q < k; q++) {
          rotated |= rotate(x, v, p, q, NEGLIGIBLE * longest);
        }
      }
      if (!rotated) {
        return;
      }
    }
    throw new IllegalStateException("one-sided Jacobi did not converge in " + MAX_SWEEPS + " sweeps");
  }

  private static void moveLongestTo(int p, double[][] x, double[][] v) {
    int longest = p;
    double length = -1;
    for (int i = p; i < x.length; i++) {
      double squared = dot(x[i], x[i]);
      if (squared > length) {
        length = squared;
        longest = i;
      }
    }
    double[] swap = x[p];
    x[p] = x[longest];
    x[longest] = swap;
    swap = v[p];
    v[p] = v[longest];
    v[longest] = swap;
  }

  /** Makes vectors p and q orthogonal; false if they are already, or one is negligibly short. */
  private static boolean rotate(double[][] x, double[][] v, int p, int q, double negligible) {
    double pp = dot(x[p], x[p]);
    double qq = dot(x[q], x[q]);
    double pq = dot(x[p], x[q]);
    double lengths = Math.sqrt(pp) * Math.sqrt(qq);
    double orthogonal = Math.sqrt(x[p].length) * ORTHOGONAL;
    if (Math.abs(pq) <= orthogonal * lengths || Math.sqrt(Math.min(pp, qq)) <= negligible) {
      return false;
    }
    double zeta = (qq - pp) / (2 * pq);
    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
    double s = t / Math.sqrt(1 + t * t);
    double tau = s / (1 + 1 / Math.sqrt(1 + t * t));
    turn(x[p], x[q], s, tau);
    turn(v[p], v[q], s, tau);
    return true;
  }

  /** A rotation by the angle with sine s and tangent of its half τ: small rotations change little, and round little. */
  private static void turn(double[] a, double[] b, double s, double tau) {
    for (int i = 0; i < a.length; i++) {
      double u = a[i];
      double w = b[i];
      a[i] = u - s * (w + tau * u);
      b[i] = w + s * (u - tau * w);
    }
  }

  /** Σ over σ_i above the threshold of v_i·(x_i/σ_i)ᵀ, laid out as the input was. */
  private static double[] polar(
      double[][] x, double[][] v, double[] sigma, double relativeThreshold, boolean tall, int rows, int columns) {
    double largest = Arrays.stream(sigma).max().orElseThrow();
    double[] q = new double[rows * columns];
    for (int l = 0; l < sigma.length; l++) {
      if (sigma[l] > relativeThreshold * largest) {
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            q[i * columns + j] += v[l][tall ? j : i] * (x[l][tall ? i : j] / sigma[l]);
          }
        }
      }
    }
    return q;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum = Math.fma(x[i], y[i], sum);
    }
    return sum;
  }

  /** σ₁ ≥ … ≥ σ_k. */
  double[] singularValues() {
    return singularValues;
  }

  /** U_r·V_rᵀ, row-major. */
  double[] polarFactor() {
    return polarFactor;
  }

  /** (1/k)·Σσ. */
  double mean() {
    return Compensated.sum(singularValues) / singularValues.length;
  }
}
