package dev.fullrank.linalg;

/**
 * The loops over columns that join the moments of rows, each operation rounded once, without fused multiply-add: every
 * implementation gives the bits of these plain loops.
 */
public interface MomentLoops {
  /** From sums to moments, in place: sum[j] := m_j = sum[j]·(1/rows), squares[j] := max(0, squares[j] − sum[j]·m_j), j &lt; n. */
  default void centre(int rows, int n, double[] sum, double[] squares) {
    double inverse = 1.0 / rows;
    for (int j = 0; j < n; j++) {
      double mean = sum[j] * inverse;
      squares[j] = Math.max(0, squares[j] - sum[j] * mean);
      sum[j] = mean;
    }
  }

  /** The same from sums[gap + j] and sums[2·gap + j] in single precision, widened first, to mean[at + j] and within[at + j]. */
  default void centre(int rows, int n, float[] sums, int gap, double[] mean, double[] within, int at) {
    double inverse = 1.0 / rows;
    for (int j = 0; j < n; j++) {
      double s = sums[gap + j];
      double m = s * inverse;
      within[at + j] = Math.max(0, sums[2 * gap + j] - s * m);
      mean[at + j] = m;
    }
  }

  /**
   * The moments of a part of the rows join those of the rows before, for j &lt; n:
   *
   * <pre>
   *   δ = mean[from + j] − toMean[to + j]
   *   toMean[to + j] += δ·weight
   *   toSquares[to + j] += squares[from + j] + δ·δ·between
   * </pre>
   *
   * <p>The arrays may be the same ones if the ranges are apart.
   */
  default void merge(
      double weight, double between, int n, double[] mean, double[] squares, int from, double[] toMean, double[] toSquares, int to) {
    for (int j = 0; j < n; j++) {
      double step = mean[from + j] - toMean[to + j];
      toMean[to + j] += step * weight;
      toSquares[to + j] += squares[from + j] + step * step * between;
    }
  }
}
