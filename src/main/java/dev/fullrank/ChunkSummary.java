package dev.fullrank;

/**
 * The mean singular value s_μ of batches: of each b consecutive rows of a stream, as a training step would have seen them. Rows
 * that do not fill a last batch are left out.
 *
 * <p>Only the summary is kept, for streams of any length. For the single values, evaluate {@code matrix.rows(i, i + b)}.
 *
 * @param batch rows of a batch, b
 * @param count number of full batches; with none, the other values are NaN
 * @param meanSingularValue s_μ of a batch
 * @param utilisation where s_μ lies between the bounds of its own batch, from 0 to 1
 */
public record ChunkSummary(int batch, long count, Range meanSingularValue, Range utilisation) {
  /**
   * Extremes and mean over the batches.
   *
   * @param min the least
   * @param mean the arithmetic mean
   * @param max the greatest
   */
  public record Range(double min, double mean, double max) {
    static final Range NONE = new Range(Double.NaN, Double.NaN, Double.NaN);

    /** The range of {@code count} values and {@code otherCount} further ones; NaN in either makes NaN. */
    Range with(long count, Range other, long otherCount) {
      if (otherCount == 0) {
        return this;
      }
      if (count == 0) {
        return other;
      }
      // A running mean rather than a sum: it is finite whenever the values are.
      double share = (double) otherCount / (count + otherCount);
      return new Range(Math.min(min, other.min), (1 - share) * mean + share * other.mean, Math.max(max, other.max));
    }
  }

  static ChunkSummary empty(int batch) {
    return new ChunkSummary(batch, 0, Range.NONE, Range.NONE);
  }

  static ChunkSummary of(int batch, double meanSingularValue, double utilisation) {
    return new ChunkSummary(
        batch,
        1,
        new Range(meanSingularValue, meanSingularValue, meanSingularValue),
        new Range(utilisation, utilisation, utilisation));
  }

  ChunkSummary with(ChunkSummary other) {
    return new ChunkSummary(
        batch,
        count + other.count,
        meanSingularValue.with(count, other.meanSingularValue, other.count),
        utilisation.with(count, other.utilisation, other.count));
  }
}
