package dev.fullrank.cpu;

import dev.fullrank.linalg.MomentLoops;

/**
 * The loops that column statistics of rows of floats are made of, each in double and in single precision. Each operation is
 * rounded once, so that every implementation gives the same bits; those in double are the bits that {@link Kernels#columnSums}
 * and {@link Kernels#columnDeviations} give for the widened numbers. Nothing beyond n is read or written. Stateless, safe for
 * any number of threads.
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

  /**
   * Adds to sums about a shift in single precision, for j &lt; n. Shift, sum and squares stand in one array, shift from 0 on and each
   * {@code gap} after the one before. With y_i = x_ij − shift[j], eight rows at a time,
   *
   * <pre>
   *   sum[j] += ((y_0 + y_1) + (y_2 + y_3)) + ((y_4 + y_5) + (y_6 + y_7))
   *   squares[j] += (y_3² + (y_2² + (y_1² + y_0²))) + (y_7² + (y_6² + (y_5² + y_4²)))
   * </pre>
   *
   * <p>where a product is rounded together with the sum to its right; rows that are left over one by one, each square rounded with
   * its sum. Few operations follow each other, which serves accuracy as well as speed.
   */
  void addSingleSums(int rows, int n, FloatRows x, float[] sums, int gap);

  /**
   * out_ij := factor[at + j]·(x_ij − mean[at + j]) in single precision, for j &lt; n and i &lt; rows, a zero product being +0.
   */
  void singleDeviations(int rows, int n, FloatRows x, float[] factor, float[] mean, int at, FloatRows out);
}
