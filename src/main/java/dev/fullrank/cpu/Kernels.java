package dev.fullrank.cpu;

import dev.fullrank.linalg.ColumnOps;

/**
 * The innermost loops, on double arrays; implemented in plain Java by {@link ScalarKernels} and on the Vector API by
 * {@link VectorKernels}. Stateless, safe for any number of threads.
 *
 * <h2>Packed panels</h2>
 *
 * The register tile reads its operands from panels, in the order in which it needs them, from the lowest address to the highest.
 * With R = {@link #tileRows()} and C = {@link #tileColumns()}:
 *
 * <pre>
 *   panel of A (R × depth)                     panel of B (depth × C)
 *   a[ao + k·R + i] = A[i, k]                  b[bo + k·C + j] = B[k, j]
 *
 *   k=0          k=1                           k=0            k=1
 *   A00 A10 … | A01 A11 … | …                  B00 B01 … | B10 B11 … | …
 * </pre>
 *
 * Who packs fills missing rows, columns and one missing k with zeros, so that a tile is always full and a depth always even:
 * no kernel has a masked tail. Alignment is not required.
 */
public interface Kernels extends ColumnOps {
  /** Rows R of the register tile. */
  int tileRows();

  /** Columns C of the register tile. */
  int tileColumns();

  /**
   * C += A·B for one full tile: c[co + i·ldc + j] += Σ_k A[i, k]·B[k, j]. Each element is one chain of fused multiply-adds in
   * ascending k that starts from zero, then one addition to what was in c; so its bits depend on nothing but the depth.
   *
   * @param depth how many k; even
   * @param ldc elements from one row of C to the next
   */
  void tile(int depth, double[] a, int ao, double[] b, int bo, double[] c, int co, int ldc);

  /**
   * y −= u·X: y[yo + j] −= Σ_q u[uo + q·us]·x[xo + q·ldx + j] for j &lt; n and ascending q &lt; depth, as one chain of fused
   * multiply-adds that starts from y; the step of a triangular substitution by rows. Rows of X must not overlap y.
   */
  void subtractRows(
      int depth, double[] u, int uo, int us, double[] x, int xo, int ldx, double[] y, int yo, int n);

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

  /** The loops over rows of floats, in vectors of the same width. */
  ColumnKernels columns();
}
