package dev.fullrank;

import dev.fullrank.linalg.GramProduct;

/** What {@link EmbeddingStatistics} computes on a device: the rest is done on the host. One thread at a time. */
interface SampleOps extends GramProduct {
  /**
   * The summary of one batch.
   *
   * @param rows dense and row-major, finite
   * @param first the first row of the batch
   * @param type whose precision the value has to match
   */
  ChunkSummary chunk(double[] rows, int columns, int first, int batch, ElementType type);

  /** Gives back what the garbage collector does not. */
  void close();
}
