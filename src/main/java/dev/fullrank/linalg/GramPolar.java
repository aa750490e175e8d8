package dev.fullrank.linalg;

/**
 * Z = G^(-1/2) of a Gram matrix by dynamically weighted Halley steps that touch G alone.
 *
 * <p>QDWH (Nakatsukasa, Bai and Gygi, "Optimizing Halley's iteration for computing the matrix polar decomposition", SIAM J.
 * Matrix Anal. Appl. 31, 2010, eq. 3.5–3.7) maps the singular values x of E by x·(a + b·x²)/(1 + c·x²). Written for R = EᵀE/α²
 * with W = (I + cR)⁻¹, e = b/c and f = a − e, one step is
 *
 * <pre>
 *   F = e·I + f·W,   Q := Q·F,   R := F·R·F = e²·R + (2ef/c)·(I − W) + (f²/c)·(W − W²)
 * </pre>
 *
 * since W·R = (I − W)/c. All factors are polynomials in R, so each product is symmetric.
 *
 * <p>The weights need l ≤ √λ_min(R). A wrong l would go unnoticed by the iteration, so it is a bound: λ_min(G) ≥ 1/‖G⁻¹‖_F, at
 * the price of one inverse, which also tells at once whether the squared condition number leaves enough digits.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class GramPolar<S> {
  /** Where the caller puts G; left unchanged. */
  static final int G = 0;

  /** Where Z is found. */
  static final int Z = 4;

  private static final int R = 1;
  private static final int W = 2;
  private static final int PRODUCT = 3;
  private static final int Z_NEXT = 5;

  /** Nine steps take l from the smallest double to 1; a bound that the iteration cannot need. */
  private static final int MAX_STEPS = 12;

  /** ‖G⁻¹‖_F is computed with a relative error below κ²·u ≪ 1/8 wherever the result is accepted. */
  private static final double BOUND_SAFETY = 0.875;

  private final DenseOps<S> ops;
  private double squaredCondition;

  GramPolar(DenseOps<S> ops) {
    this.ops = ops;
  }

  /** ‖G‖_F·‖G⁻¹‖_F, between κ(E)² and k·κ(E)²; infinite if G is not positive definite in double. */
  double squaredCondition() {
    return squaredCondition;
  }

  /**
   * Computes Z.
   *
   * @param maxSquaredCondition refuses beyond this before any step is made
   * @param accuracy stops once all singular values of Z·E are in [1 − accuracy, 1]
   * @return false if G is too ill conditioned; Z is undefined then
   */
  boolean compute(double maxSquaredCondition, double accuracy) {
    S g = ops.buffer(G);
    S r = ops.buffer(R);
    S w = ops.buffer(W);
    double frobenius = Math.sqrt(ops.dot(g, g));
    squaredCondition = Double.POSITIVE_INFINITY;
    ops.combine(0, 1, g, 0, g, r);
    if (!(frobenius > 0) || !ops.invertPositiveDefinite(r, w)) {
      return false;
    }
    double inverseNorm = Math.sqrt(ops.dot(w, w));
    squaredCondition = frobenius * inverseNorm;
    if (!(squaredCondition <= maxSquaredCondition)) {
      return false;
    }
    double alphaSquared = Math.min(frobenius, ops.normInf(g));
    ops.combine(0, 1 / alphaSquared, g, 0, g, r);
    double l = Math.min(1, Math.sqrt(BOUND_SAFETY / (alphaSquared * inverseNorm)));
    return iterate(l, accuracy, 1 / Math.sqrt(alphaSquared));
  }

  private boolean iterate(double bound, double accuracy, double scale) {
    S r = ops.buffer(R);
    S w = ops.buffer(W);
    S product = ops.buffer(PRODUCT);
    int z = Z;
    int next = Z_NEXT;
    double l = bound;
    for (int step = 0; step < MAX_STEPS; step++) {
      double l2 = l * l;
      double dd = Math.cbrt(4 * (1 - l2) / (l2 * l2));
      double sq = Math.sqrt(1 + dd);
      double a = sq + 0.5 * Math.sqrt(8 - 4 * dd + 8 * (2 - l2) / (l2 * sq));
      double b = (a - 1) * (a - 1) / 4;
      double c = a + b - 1;
      double e = b / c;
      double f = a - e;
      l = Math.min(1, l * (a + b * l2) / (1 + c * l2));
      boolean last = 1 - l <= accuracy;

      ops.combine(1, c, r, 0, r, product);
      if (!ops.invertPositiveDefinite(product, w)) {
        return false;
      }
      if (step == 0) {
        ops.combine(e * scale, f * scale, w, 0, w, ops.buffer(z));
      } else {
        ops.combine(e, f, w, 0, w, product);
        ops.symmetricProduct(ops.buffer(z), product, ops.buffer(next));
        int swap = z;
        z = next;
        next = swap;
      }
      if (last) {
        if (z != Z) {
          ops.combine(0, 1, ops.buffer(z), 0, ops.buffer(z), ops.buffer(Z));
        }
        return true;
      }
      ops.symmetricProduct(w, w, product);
      ops.combine(2 * e * f / c, e * e, r, (f * f - 2 * e * f) / c, w, r);
      ops.combine(0, 1, r, -f * f / c, product, r);
    }
    return false;
  }
}
