package dev.fullrank.linalg;

import java.util.Arrays;

/**
 * One-sided Jacobi on the columns of L = Rᵀ: L·J = W·Σ, where J is the product of all rotations (M. Hestenes, 1958; pivoted
 * triangular start by K. Veselić, V. Hari, Numer. Math. 56, 1989). Column i and column i of J lie under each other as one vector
 * of 2k entries, so that a rotation is one call.
 *
 * <p>A pair is rotated unless |⟨x, y⟩| ≤ tol·‖x‖·‖y‖. The larger column always ends up in front (what de Rijk's pivoting is
 * for), by choice of the angle rather than by moving columns. Pairs are visited block by block, so that the columns of two
 * blocks stay in cache.
 */
final class JacobiRotations {
  /** 2^-52·√k, the rounding error of a dot product of unit vectors; at least four ulps for short ones. */
  private static final double TOLERANCE = 0x1p-52;

  private static final double LEAST_TOLERANCE = 0x1p-50;

  /** Below this product of norms a dot product is taken of scaled copies: its terms might underflow. */
  private static final double SMALLEST_PRODUCT = 0x1p-900;

  /** A norm that shrinks to less than a quarter is computed afresh: the update would have cancelled. */
  private static final double LEAST_SHRINK = 0x1p-4;

  private final ColumnOps ops;
  private final int blockEntries;
  private final int maxSweeps;
  private double[] columns = {};
  private double[] norm = {};
  private double[] scratch = {};
  private int[] order = {};
  private int k;
  private int height;
  private int sweeps;
  private double tolerance;
  private double largestCosine;
  private double largestTurn;

  JacobiRotations(ColumnOps ops, int blockEntries, int maxSweeps) {
    this.ops = ops;
    this.blockEntries = blockEntries;
    this.maxSweeps = maxSweeps;
  }

  /**
   * Runs to convergence.
   *
   * @param r upper triangular k×k, column-major, leading dimension ld; what lies below the diagonal is not read
   * @param rank rows of R that are not zero
   */
  void run(double[] r, int ld, int k, int rank) {
    load(r, ld, k, rank);
    tolerance = Math.max(LEAST_TOLERANCE, TOLERANCE * Math.sqrt(k));
    sweeps = 0;
    boolean converged = rank < 2;
    while (!converged) {
      if (sweeps == maxSweeps) {
        throw new ConvergenceException(
            "one-sided Jacobi: after "
                + sweeps
                + " sweeps two columns still have |cos| = "
                + largestCosine
                + ", not ≤ "
                + tolerance);
      }
      sweep(rank);
      sweeps++;
      // What a sweep leaves is second order: each of 2k rotations moves a cosine by at most turn·cosine.
      converged = largestCosine <= tolerance || 2.0 * k * largestCosine * largestTurn <= tolerance;
    }
    normalize();
  }

  int sweeps() {
    return sweeps;
  }

  /** σ_i, descending. */
  double value(int i) {
    return norm[order[i]];
  }

  /** The k×k pairs (w, j), {@link #height} apart. */
  double[] columns() {
    return columns;
  }

  /** Distance from one column to the next. */
  int height() {
    return height;
  }

  /** Offset in {@link #columns} of w_i, a zero vector if σ_i = 0. */
  int right(int i) {
    return order[i] * height;
  }

  /** Offset in {@link #columns} of column i of J. */
  int left(int i) {
    return order[i] * height + k;
  }

  private void load(double[] r, int ld, int k, int rank) {
    this.k = k;
    height = 2 * k;
    if (norm.length < k) {
      columns = new double[k * height];
      norm = new double[k];
      scratch = new double[height];
      order = new int[k];
    }
    Arrays.fill(columns, 0, k * height, 0);
    for (int j = 0; j < k; j++) {
      columns[j * height + k + j] = 1;
    }
    for (int i = 0; i < k; i++) {
      int rows = Math.min(i + 1, rank);
      for (int j = 0; j < rows; j++) {
        columns[j * height + i] = r[i * ld + j];
      }
    }
  }

  private void sweep(int active) {
    for (int j = 0; j < active; j++) {
      refreshNorm(j);
    }
    largestCosine = 0;
    largestTurn = 0;
    int block = Math.max(1, blockEntries / height);
    for (int p0 = 0; p0 < active; p0 += block) {
      int p1 = Math.min(p0 + block, active);
      for (int p = p0; p < p1; p++) {
        for (int q = p + 1; q < p1; q++) {
          orthogonalize(p, q);
        }
      }
      for (int q0 = p1; q0 < active; q0 += block) {
        int q1 = Math.min(q0 + block, active);
        for (int p = p0; p < p1; p++) {
          for (int q = q0; q < q1; q++) {
            orthogonalize(p, q);
          }
        }
      }
    }
  }

  /**
   * With ρ = ‖y‖/‖x‖ ≤ 1 and γ = cos(x, y), the rotation (x, y) := (c·x − s·y, s·x + c·y) makes the columns orthogonal for
   * s/c = t = −2ργ/(h + √(h² + 4ρ²γ²)), h = 1 − ρ²; then ‖x‖² grows by the factor 1 − tργ and ‖y‖² shrinks by 1 + tγ/ρ. All of it
   * in ratios: no square of a norm appears. t/ρ is carried instead of t, since t itself may underflow.
   */
  private void orthogonalize(int p, int q) {
    double normP = norm[p];
    double normQ = norm[q];
    if (normP == 0 || normQ == 0) {
      return;
    }
    double cosine = cosine(p, q);
    largestCosine = Math.max(largestCosine, Math.abs(cosine));
    if (Math.abs(cosine) <= tolerance) {
      return;
    }
    boolean ordered = normP >= normQ;
    double large = ordered ? normP : normQ;
    double small = ordered ? normQ : normP;
    double rho = small / large;
    double h = (1 - rho) * (1 + rho);
    double twoRhoCosine = 2 * rho * cosine;
    double turn = 2 * cosine / (h + Math.sqrt(h * h + twoRhoCosine * twoRhoCosine));
    double t = -rho * turn;
    double secant = Math.sqrt(1 + t * t);
    // 1/secant, rounded once: the quotient itself is half an ulp too large on average where t is small, and columns would grow.
    double c = 1 - t * t / (secant * (1 + secant));
    double s = t * c;
    largestTurn = Math.max(largestTurn, Math.abs(turn));
    if (ordered) {
      ops.rotate(columns, p * height, columns, q * height, height, c, s);
    } else {
      ops.rotate(columns, p * height, columns, q * height, height, -s, -c);
    }
    norm[p] = large * Math.sqrt(1 - t * rho * cosine);
    double shrink = 1 - turn * cosine;
    if (shrink > LEAST_SHRINK) {
      norm[q] = small * Math.sqrt(shrink);
    } else {
      refreshNorm(q);
    }
  }

  private double cosine(int p, int q) {
    double product = norm[p] * norm[q];
    int x = p * height;
    int y = q * height;
    if (product >= SMALLEST_PRODUCT) {
      return ops.dot(columns, x, columns, y, k) / product;
    }
    double scaleP = Math.scalb(1.0, -Math.getExponent(norm[p]));
    double scaleQ = Math.scalb(1.0, -Math.getExponent(norm[q]));
    System.arraycopy(columns, x, scratch, 0, k);
    System.arraycopy(columns, y, scratch, k, k);
    ops.scale(scaleP, scratch, 0, k);
    ops.scale(scaleQ, scratch, k, k);
    return ops.dot(scratch, 0, scratch, k, k) / (norm[p] * scaleP * (norm[q] * scaleQ));
  }

  /** A column that rotations have reduced to nothing becomes an exact zero. */
  private void refreshNorm(int j) {
    norm[j] = ColumnNorm.of(ops, columns, j * height, k);
    if (norm[j] < PivotedQr.NEGLIGIBLE) {
      norm[j] = 0;
      Arrays.fill(columns, j * height, j * height + k, 0);
    }
  }

  /** Norms become the values, in descending order; columns become unit vectors. */
  private void normalize() {
    for (int j = 0; j < k; j++) {
      refreshNorm(j);
      if (norm[j] != 0) {
        ops.scale(1 / norm[j], columns, j * height, k);
      }
      int at = j;
      for (; at > 0 && norm[order[at - 1]] < norm[j]; at--) {
        order[at] = order[at - 1];
      }
      order[at] = j;
    }
  }
}
