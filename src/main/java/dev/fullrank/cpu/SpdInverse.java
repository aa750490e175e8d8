package dev.fullrank.cpu;

/**
 * W = A⁻¹ for symmetric positive definite A: A = UᵀU, Y = U⁻ᵀ by substitution, W = YᵀY; a third of m³ operations each, nearly
 * all of them in the register tile, and each on one triangle.
 */
final class SpdInverse {
  private final Cholesky cholesky;
  private final SymmetricProduct product;

  SpdInverse(Cholesky cholesky, SymmetricProduct product) {
    this.cholesky = cholesky;
    this.product = product;
  }

  /**
   * W := A⁻¹; only the upper triangle of A is read, and w may be a. False, with w untouched, if a pivot is not positive and
   * finite.
   */
  boolean invert(double[] a, double[] w, int m) {
    boolean positive = cholesky.invertFactor(a, m);
    if (positive) {
      product.squarePackedTriangle(m, w);
    }
    return positive;
  }
}
