package dev.fullrank.cpu;

/**
 * The two loops over rows of floats that column statistics are made of. All arithmetic is in double, and each operation is
 * rounded once, without fused multiply-add: every implementation gives the same bits, and those of {@link Kernels#columnSums}
 * and {@link Kernels#columnDeviations} on the widened numbers. Stateless, safe for any number of threads.
 */
interface FloatColumns {
  /**
   * sum[j] += Σ_i (x_ij − shift[at + j]) and squares[j] += Σ_i (x_ij − shift[at + j])² for j &lt; n and i &lt; rows in ascending
   * order. Nothing beyond n is touched.
   */
  void addSums(int rows, int n, FloatRows x, double[] shift, int at, double[] sum, double[] squares);

  /**
   * out_ij := factor[at + j]·((x_ij − shift[at + j]) − delta[at + j]) for j &lt; n and i &lt; rows, a zero product being +0, and
   * rounded to float. Nothing beyond n is touched.
   */
  void deviations(
      int rows, int n, FloatRows x, double[] factor, double[] shift, double[] delta, int at, FloatRows out);
}
