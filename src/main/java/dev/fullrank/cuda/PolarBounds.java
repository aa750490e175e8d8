package dev.fullrank.cuda;

/**
 * What Σσ of an n×k matrix A can be, n ≥ k, by a matrix X that should be its polar factor. Of N = XᵀX and H = XᵀA, with M the symmetric
 * matrix that has the lower triangle of H, let
 *
 * <pre>
 *   ε = ‖N − I‖_F,   d = ‖H − M‖_F,   r ≥ ‖A − X·H‖_F
 * </pre>
 *
 * <p>The singular values of X lie between √(1 − ε) and √(1 + ε). The spectral norm is dual to Σσ, hence
 *
 * <pre>
 *   Σσ ≥ ⟨X, A⟩/‖X‖₂ ≥ tr H/√(1 + ε)
 * </pre>
 *
 * <p>For the other side let X = Q·N^½ with orthonormal columns of Q, and A = Q·(QᵀA) + (I − Q·Qᵀ)·A. There QᵀA = N^(−½)·H, and
 * (I − Q·Qᵀ)·A = (I − Q·Qᵀ)·(A − X·H), whose rank is at most k. If M has a Cholesky factorisation, which is computed, then M + E is positive
 * semidefinite for an E with ‖E‖_F ≤ (k + 1)·u·tr M to first order (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, theorem
 * 10.3), and its singular values add up to its trace: those of M add up to tr H + 2·√k·‖E‖_F at most. So
 *
 * <pre>
 *   Σσ ≤ (tr H·(1 + 4·k^(3/2)·u) + √k·d)/√(1 − ε) + √k·r
 * </pre>
 *
 * <p>Without the factorisation nothing bounds Σσ from above: X = diag(1, −1) is orthogonal and has H = diag(2, −1) with A = diag(2, 1).
 *
 * @param k number of columns
 * @param n number of rows
 * @param norm ‖A‖_F
 * @param trace tr H
 * @param defect ε as computed
 * @param asymmetry d
 * @param residual r
 */
record PolarBounds(int k, int n, double norm, double trace, double defect, double asymmetry, double residual) {
  private static final double UNIT_ROUNDOFF = 0x1p-53;

  /** The computed N is off by at most n·u·‖X‖_F², which is n·k·u to first order; twice that covers the rest. */
  private double orthogonality() {
    return defect + 2 * UNIT_ROUNDOFF * n * k;
  }

  /**
   * To first order the computed H is off by at most n·√k·u·‖A‖_F: √k times that in Σσ, and no more in the trace. Each of the three products
   * behind r is off by at most k·√k·u·‖A‖_F for a w of the length √k: eight times √k times that in Σσ, as {@link GaussianProbes} count them.
   * Together that is at most 26·n·k·u·‖A‖_F; the rest is for the sums.
   */
  private double rounding() {
    return 32 * UNIT_ROUNDOFF * n * k * norm;
  }

  /** A lower bound of Σσ. */
  double lower() {
    return trace / Math.sqrt(1 + orthogonality()) - rounding();
  }

  /** An upper bound of Σσ if M has a Cholesky factorisation; NaN where X is too far from orthogonal for one. */
  double upper() {
    double factorised = trace * (1 + 4 * UNIT_ROUNDOFF * k * Math.sqrt(k));
    double root = Math.sqrt(k);
    return (factorised + root * asymmetry) / Math.sqrt(1 - orthogonality()) + root * residual + rounding();
  }

  /**
   * Whether, if M has a Cholesky factorisation, singular values of X are within the tolerance of 1, and ⟨X, A⟩ ≥ (1 − tolerance)·Σσ; not if
   * a number is NaN.
   */
  boolean suffice(double tolerance) {
    return orthogonality() <= 2 * tolerance && (1 - tolerance) * upper() <= trace;
  }
}
