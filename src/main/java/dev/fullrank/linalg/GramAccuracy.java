package dev.fullrank.linalg;

/** What the Gram matrix G of an n-long Y in double costs in accuracy. */
public final class GramAccuracy {
  /** 2⁻⁵³. */
  private static final double UNIT_ROUNDOFF = 0x1p-53;

  /**
   * ‖fl(G) − G‖₂ ≤ GRAM_ERROR·√n·u·tr G: rounding errors of a sum of n products behave as √n·u times a small factor
   * (Higham and Mary, "A new approach to probabilistic rounding error analysis", SIAM J. Sci. Comput. 41, 2019), for which 4
   * leaves a failure probability of about 10⁻³ for a single worst entry. That of the tridiagonal matrix, a modest multiple of u·‖G‖₂
   * in practice (G. Stewart, "Matrix Algorithms II", section 3.1), is counted as much again.
   */
  private static final double GRAM_ERROR = 4;

  /**
   * The rounding of the Gram matrix, about u·σ₁² in norm, reaches Σσ through ½·tr Z. In double 4·√n·eps·σ₁ are promised for Σσ/k,
   * which the mean of σ₁/σ_i exhausts at 16·√n; a third of that leaves room for the unlucky.
   */
  private static final double VALUE_CONDITION = 16.0 / 3;

  /** The tolerance at which that promise is made; who asks for less of the gradient gets less of the value. */
  private static final double FINEST_TOLERANCE = 1e-11;

  private GramAccuracy() {}

  /**
   * A bound of the rounding errors of the Gram matrix in norm.
   *
   * @param longSide n
   * @param squaredNorm ‖Y‖_F²
   */
  public static double error(int longSide, double squaredNorm) {
    return GRAM_ERROR * Math.sqrt(longSide) * UNIT_ROUNDOFF * squaredNorm;
  }

  /** Whether Σσ from a Gram matrix is as accurate as promised, for that mean of σ₁/σ_i. */
  public static boolean survivesSquaring(int longSide, double meanRatio, double tolerance) {
    return meanRatio <= VALUE_CONDITION * Math.sqrt(longSide) * Math.max(1, tolerance / FINEST_TOLERANCE);
  }

  /** The condition number whose square, which G has, leaves the tolerance for the polar factor and no more. */
  public static double mostSquaredCondition(double tolerance) {
    return tolerance / UNIT_ROUNDOFF;
  }
}
