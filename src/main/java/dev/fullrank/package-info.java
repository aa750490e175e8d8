/**
 * Regularizers that keep embeddings full rank, and statistics that tell whether they are.
 *
 * <p>Start at {@link dev.fullrank.Regularizer} for training and at {@link dev.fullrank.EmbeddingStatistics} for evaluation.
 */
@NullMarked
package dev.fullrank;

import org.jspecify.annotations.NullMarked;
