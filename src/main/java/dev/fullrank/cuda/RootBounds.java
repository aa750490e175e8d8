package dev.fullrank.cuda;

import dev.fullrank.linalg.GramAccuracy;

/**
 * What Σσ of Y can be, by a positive definite Z that should be G^(−1/2) of its Gram matrix G: with ‖Z·(Y·Yᵀ)·Z − I‖₂ ≤ r the singular
 * values of Z·Y lie between √(1 − r) and √(1 + r), and Σσ, up to rounding errors of G, between
 *
 * <pre>
 *   tr GZ/√(1 + r)   and   tr GZ·(1 + 1/(1 − r))/2
 * </pre>
 *
 * @param k the shorter side of Y
 * @param n the longer side
 * @param squaredNorm ‖Y‖_F²
 * @param alpha an estimate of σ₁ that is not much too small
 * @param trace tr GZ
 * @param traceOfRoot tr Z
 * @param squaredNormOfRoot ‖Z‖_F²
 * @param residual r
 */
record RootBounds(
    int k, int n, double squaredNorm, double alpha, double trace, double traceOfRoot, double squaredNormOfRoot, double residual) {

  /** The rounding of the Gram matrix reaches Σσ through ½·tr Z at most, and its bound is for twice that. */
  private double rounding() {
    return traceOfRoot * GramAccuracy.error(n, squaredNorm);
  }

  /**
   * Σσ with its bounds.
   *
   * @param sum what was computed of it by the same Z; it is brought to where Σσ of a matrix with that norm and rank lies
   */
  DeviceRoute.Result enclose(double sum) {
    double value = Math.clamp(sum, Math.sqrt(squaredNorm), Math.sqrt(k * squaredNorm));
    double lower = Math.max(0, trace / Math.sqrt(1 + residual) - rounding());
    double upper = 0.5 * trace * (1 + 1 / (1 - residual)) + rounding();
    return new DeviceRoute.Result(value, Math.min(value, lower), Math.max(value, upper), k);
  }

  /**
   * Whether singular values of Z·Y are within the tolerance of 1, and G has lost no more of Y than that; not if a number is NaN.
   *
   * @param share the part of the tolerance that r may take
   */
  boolean suffice(double tolerance, double share) {
    return residual <= 2 * tolerance * share
        && alpha * alpha * squaredNormOfRoot <= GramAccuracy.mostSquaredCondition(tolerance)
        && GramAccuracy.survivesSquaring(n, traceOfRoot * alpha / k, tolerance);
  }
}
