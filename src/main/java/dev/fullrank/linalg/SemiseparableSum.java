package dev.fullrank.linalg;

/**
 * The function α·I + Σ_p w_p·(T + s_pI)⁻¹, s_p &gt; 0, of a positive semidefinite tridiagonal matrix T, by the generators of its terms.
 *
 * <p>The inverse of a tridiagonal matrix is semiseparable: with the pivots η of an elimination from the last row upwards,
 *
 * <pre>
 *   η_{k−1} = t_{k−1,k−1} + s,      η_i = t_ii + s − t²_{i,i+1}/η_{i+1},      τ_i = −t_{i,i+1}/η_{i+1}
 *   g_00 = 1/η_0,      g_{i+1,i+1} = 1/η_{i+1} + τ_i²·g_ii,      g_ij = g_ii·τ_i·τ_{i+1} ··· τ_{j−1}  for i ≤ j
 * </pre>
 *
 * (F. Gantmacher and M. Krein, 1950; R. Vandebril, M. Van Barel and N. Mastronardi, "Matrix Computations and Semiseparable
 * Matrices", 2008, chapter 1). All sums are of positive terms, so that every g_ii has nearly all its digits; products of τ are
 * bounded by the root of a condition number, and underflow where they do not matter.
 *
 * <p>Mutable, so that a workspace can keep one; one thread at a time.
 */
public final class SemiseparableSum {
  private double[] ratios = {};
  private double[] diagonals = {};
  private double[] weights = {};
  private Tridiagonal matrix = new Tridiagonal();
  private double[] shifts = {};
  private double constant;
  private int order;
  private int terms;

  /**
   * Computes the generators; T, s and w are kept, not copied.
   *
   * @param alpha α
   * @param count how many terms
   * @param s shifts, positive
   * @param w weights
   */
  public void set(Tridiagonal t, double alpha, int count, double[] s, double[] w) {
    matrix = t;
    order = t.order();
    terms = count;
    constant = alpha;
    weights = w;
    shifts = s;
    int size = Math.multiplyExact(order, count);
    if (ratios.length < size) {
      ratios = new double[size];
      diagonals = new double[size];
    }
    pivotsUpwards();
    diagonalsDownwards();
  }

  /** Leaves 1/η in the place of the diagonals. */
  private void pivotsUpwards() {
    double[] d = matrix.diagonal();
    double[] e = matrix.offDiagonal();
    for (int i = order - 1; i >= 0; i--) {
      int at = i * terms;
      for (int p = 0; p < terms; p++) {
        double ratio = i + 1 < order ? -e[i] * diagonals[at + terms + p] : 0;
        ratios[at + p] = ratio;
        diagonals[at + p] = 1 / (d[i] + shifts[p] + ratio * e[i]);
      }
    }
  }

  private void diagonalsDownwards() {
    for (int p = 0; p < terms; p++) {
      diagonals[p] *= weights[p];
    }
    for (int i = 1; i < order; i++) {
      int at = i * terms;
      int above = at - terms;
      for (int p = 0; p < terms; p++) {
        double ratio = ratios[above + p];
        diagonals[at + p] = weights[p] * diagonals[at + p] + ratio * (ratio * diagonals[above + p]);
      }
    }
  }

  /** k. */
  public int order() {
    return order;
  }

  /** T. */
  public Tridiagonal matrix() {
    return matrix;
  }

  /** How many terms. */
  public int terms() {
    return terms;
  }

  /** α. */
  public double constant() {
    return constant;
  }

  /** s_p. */
  public double[] shifts() {
    return shifts;
  }

  /** w_p. */
  public double[] weights() {
    return weights;
  }

  /** τ_i of term p, at i·terms + p. */
  public double[] ratios() {
    return ratios;
  }

  /** w_p·g_ii of term p, at i·terms + p. */
  public double[] diagonals() {
    return diagonals;
  }

  /** The trace. */
  double trace() {
    double sum = 0;
    for (int i = 0; i < order * terms; i++) {
      sum += diagonals[i];
    }
    return sum + order * constant;
  }

  /**
   * The trace of the product with T. Of a term it is w·tr T·(T + sI)⁻¹ = w·(k − s·tr (T + sI)⁻¹), where k cancels what is above the
   * largest eigenvalue of T and the entries of T cancel what is below: each serves its side of the largest entry of the diagonal.
   */
  double traceWithMatrix() {
    double[] d = matrix.diagonal();
    double[] e = matrix.offDiagonal();
    double largest = 0;
    for (int i = 0; i < order; i++) {
      largest = Math.max(largest, d[i]);
    }
    double sum = constant * matrix.trace();
    for (int p = 0; p < terms; p++) {
      double inverses = 0;
      double products = 0;
      for (int i = 0; i < order; i++) {
        double entry = diagonals[i * terms + p];
        inverses += entry;
        products += entry * (d[i] + 2 * e[i] * ratios[i * terms + p]);
      }
      sum += shifts[p] > largest ? products : weights[p] * order - shifts[p] * inverses;
    }
    return sum;
  }
}
