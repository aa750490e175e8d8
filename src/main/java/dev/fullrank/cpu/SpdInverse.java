package dev.fullrank.cpu;

/**
 * W = A⁻¹ for symmetric positive definite A: A = UᵀU, Y = U⁻ᵀ by substitution, W = YᵀY; a third of m³ operations each, nearly
 * all of them in the register tile, and each on one triangle.
 */
final class SpdInverse {
  private final Cholesky cholesky;
  private final FloatCholesky inSingle;
  private final SymmetricProduct product;
  private final SymmetricInput input = new SymmetricInput();

  SpdInverse(Workspace work, Cholesky cholesky, SymmetricProduct product) {
    this.cholesky = cholesky;
    this.inSingle = new FloatCholesky(work, work.kernels.singles(), work.singleA, work.singleB);
    this.product = product;
  }

  /**
   * W := A⁻¹; only the upper triangle of A is read, and w may be a. False, with w untouched, if a pivot is not positive and
   * finite. All in single precision if {@code single}.
   */
  boolean invert(double[] a, double[] w, int m, boolean single) {
    input.set(a, m);
    boolean positive = single ? inSingle.invertFactor(input) : cholesky.invertFactor(input);
    if (positive) {
      product.squarePackedTriangle(m, w, single);
    }
    return positive;
  }
}
