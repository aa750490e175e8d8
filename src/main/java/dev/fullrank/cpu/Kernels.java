package dev.fullrank.cpu;

import dev.fullrank.linalg.ColumnOps;

/**
 * The innermost loops, on double arrays; implemented in plain Java by {@link ScalarKernels} and on the Vector API by
 * {@link VectorKernels}. Stateless, safe for any number of threads.
 */
public interface Kernels extends ColumnOps, Tiles {
  /** The register tile in single precision. */
  FloatTiles singles();

  /**
   * y −= u·X: y[yo + j] −= Σ_q u[uo + q·us]·x[xo + q·ldx + j] for j &lt; n and ascending q &lt; depth, as one chain of fused
   * multiply-adds that starts from y; the step of a triangular substitution by rows. Rows of X must not overlap y.
   */
  void subtractRows(
      int depth, double[] u, int uo, int us, double[] x, int xo, int ldx, double[] y, int yo, int n);

  /**
   * y[yo + p·ldy + j] += Σ_q x[xo + p·ldx + q]·a[ao + q·lda + j] for p &lt; vectors, q &lt; 4 and j &lt; n, as one chain of fused
   * multiply-adds in ascending q: four rows of a matrix, read once, into a few vectors.
   */
  void addFourRows(
      int vectors, double[] x, int xo, int ldx, double[] a, int ao, int lda, double[] y, int yo, int ldy, int n);

  /**
   * Four rows of the upper triangle of a symmetric matrix, read once, in a product with a vector: for j &lt; n, y[yo + j] += Σ_q
   * x[xo + q]·a[ao + q·lda + j] in ascending q &lt; 4, and dots[q] := Σ_j a[ao + q·lda + j]·x[xo + 4 + j]; all by fused
   * multiply-adds. The rows of A end where they meet the diagonal block, which the caller has for itself.
   *
   * @param dots has room for four vectors; what is behind the four sums is undefined afterwards
   */
  void symmetricRows(double[] a, int ao, int lda, double[] x, int xo, double[] y, int yo, int n, double[] dots);

  /**
   * Sums of columns about a shift: sum[j] := Σ_i (x[i·ldx + j] − shift[so + j]), squares[j] := Σ_i (x[i·ldx + j] − shift[so +
   * j])² for j &lt; n, i &lt; rows in ascending order, each operation rounded once, without fused multiply-add: the same bits
   * from every implementation.
   *
   * <p>All arrays and ldx reach to the next multiple of {@link dev.fullrank.linalg.ColumnWindow#COLUMNS}; what is there may be
   * read and overwritten, so that no kernel has a remainder loop.
   */
  void columnSums(int rows, int n, double[] x, int ldx, double[] shift, int so, double[] sum, double[] squares);

  /**
   * x[i·ldx + j] := factor[at + j]·((x[i·ldx + j] − shift[at + j]) − delta[at + j]), j &lt; n, i &lt; rows, a zero being +0; bits
   * and padding as for {@link #columnSums}.
   */
  void columnDeviations(int rows, int n, double[] x, int ldx, double[] factor, double[] shift, double[] delta, int at);

  /** dst[to + i·step + j] := src[so + i·ld + j], rounded to nearest even, for i &lt; rows and j &lt; n. */
  void narrow(int rows, int n, double[] src, int so, int ld, float[] dst, int to, int step);

  /** The loops over rows of floats, in vectors of the same width. */
  ColumnKernels columns();
}
