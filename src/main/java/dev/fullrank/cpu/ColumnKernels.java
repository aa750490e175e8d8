package dev.fullrank.cpu;

import dev.fullrank.linalg.MomentLoops;

/**
 * The loops that column statistics are made of. All arithmetic is in double, and each operation is rounded once: every
 * implementation gives the same bits, and rows of floats those that {@link Kernels#columnSums} and
 * {@link Kernels#columnDeviations} give for the widened numbers. Nothing beyond n is read or written. Stateless, safe for any
 * number of threads.
 */
interface ColumnKernels extends MomentLoops {
  /**
   * sum[j] += Σ_i (x_ij − shift[at + j]) and squares[j] += Σ_i (x_ij − shift[at + j])² for j &lt; n and i &lt; rows in ascending
   * order, without fused multiply-add.
   */
  void addSums(int rows, int n, FloatRows x, double[] shift, int at, double[] sum, double[] squares);

  /**
   * out_ij := factor[at + j]·((x_ij − shift[at + j]) − delta[at + j]) for j &lt; n and i &lt; rows, a zero product being +0, and
   * rounded to float.
   */
  void deviations(
      int rows, int n, FloatRows x, double[] factor, double[] shift, double[] delta, int at, FloatRows out);
}
