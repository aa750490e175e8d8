package dev.fullrank.linalg;

/** The loops over columns that join the moments of rows, each operation rounded once, without fused multiply-add. */
public interface MomentLoops {
  /** From sums to moments, in place: sum[j] := m_j = sum[j]·(1/rows), squares[j] := max(0, squares[j] − sum[j]·m_j), j &lt; n. */
  void centre(int rows, int n, double[] sum, double[] squares);

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
  void merge(
      double weight, double between, int n, double[] mean, double[] squares, int from, double[] toMean, double[] toSquares, int to);
}
