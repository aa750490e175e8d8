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
   * Four rows of the upper triangle of a symmetric matrix, read once, in a product y += A·x: a[ao] is the diagonal element of the first,
   * x[xo] and y[yo] belong to it, and n columns are to the right of the diagonal block. By fused multiply-adds; what a row adds to
   * those columns is one chain over the four rows in ascending order.
   *
   * @param scratch has room for four vectors; undefined afterwards
   */
  void symmetricRows(double[] a, int ao, int lda, double[] x, int xo, double[] y, int yo, int n, double[] scratch);

  /** Σ x[xo+i]·y[yo+i], i &lt; n, in double. */
  double dot(float[] x, int xo, double[] y, int yo, int n);

  /** y[yo+i] += alpha·x[xo+i], i &lt; n, in double. */
  void axpy(double alpha, float[] x, int xo, double[] y, int yo, int n);

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
