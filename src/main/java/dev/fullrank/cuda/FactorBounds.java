package dev.fullrank.cuda;

/**
 * What is known of factors A ≈ B·diag(σ)·Vᵀ with k columns: how far B and V are from orthogonal, and the product from A.
 *
 * <p>The singular values of B·diag(σ)·Vᵀ add up to Σσ within ‖B‖₂·‖V‖₂ ≤ 1 + orthogonality to first order, and those of the rest to at
 * most √k times its Frobenius norm.
 *
 * @param orthogonality ‖VᵀV − I‖ + ‖BᵀB − I‖
 * @param backward √k·‖A − B·diag(σ)·Vᵀ‖
 */
record FactorBounds(double orthogonality, double backward) {
  /**
   * From the norms of the three residuals.
   *
   * @param v of VᵀV − I
   * @param b of BᵀB − I
   * @param a of A − B·diag(σ)·Vᵀ
   */
  static FactorBounds of(double v, double b, double a, int k) {
    return new FactorBounds(v + b, Math.sqrt(k) * a);
  }

  /** Whether singular values of the polar factor are within the tolerance of 1, and the sum is within that of its own; not if one is NaN. */
  boolean suffice(double tolerance, double sum) {
    return orthogonality <= 2 * tolerance && backward <= tolerance * sum;
  }

  /** How far Σσ may be off. */
  double error(double sum) {
    return orthogonality * sum + backward;
  }

  /** Whether another sum may be that of the same singular values, computed with so much rounding; not if one is NaN. */
  boolean allow(double other, double sum, double rounding) {
    return Math.abs(other - sum) <= error(sum) + rounding;
  }
}
