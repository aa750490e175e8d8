package dev.fullrank.linalg;

/**
 * Elementary reflectors H = I − τ·v·vᵀ with v₀ = 1 on contiguous vectors; H is symmetric and its own inverse. v₀ is not stored:
 * its place holds the entry that the reflector left over.
 */
final class Householder {
  private Householder() {}

  /**
   * Replaces x by (β, v₁, …) where H·x = β·e₀, and returns τ; τ = 0, meaning H = I, where there is nothing to annihilate.
   * β has the sign opposite to x₀, so that x₀ − β does not cancel.
   *
   * @param norm ‖x‖₂, at least 2^-1000 unless it is 0, so that 1/(x₀ − β) is finite
   */
  static double generate(ColumnOps ops, double[] x, int xo, int n, double norm) {
    if (n == 1 || norm == 0) {
      return 0;
    }
    double alpha = x[xo];
    if (Math.abs(alpha) == norm && ColumnNorm.maxAbs(x, xo + 1, n - 1) == 0) {
      return 0;
    }
    double beta = -Math.copySign(norm, alpha);
    ops.scale(1 / (alpha - beta), x, xo + 1, n - 1);
    x[xo] = beta;
    return (beta - alpha) / beta;
  }

  /** y := H·y. */
  static void apply(ColumnOps ops, double tau, double[] v, int vo, double[] y, int yo, int n) {
    double w = tau * (y[yo] + ops.dot(v, vo + 1, y, yo + 1, n - 1));
    y[yo] -= w;
    ops.axpy(-w, v, vo + 1, y, yo + 1, n - 1);
  }
}
