package dev.fullrank;

/**
 * A differentiable scalar of one matrix of embeddings, b samples × d features, with its gradient.
 *
 * <p>Every implementation is immutable and may be used from any number of threads, platform or virtual, at once. The matrix is
 * read while a call runs (and until the {@link Evaluation} is closed); the caller must not change it meanwhile.
 *
 * <p>Arguments are checked before any work: wrong shapes, read-only or overlapping outputs give an
 * {@link IllegalArgumentException} that names the offending numbers; NaN and infinities are treated as the
 * {@link NonFinitePolicy} says.
 */
public interface Regularizer extends AutoCloseable {
  /**
   * Computes the value now and keeps what the gradient needs, for frameworks that run forward and backward apart.
   *
   * @param z embeddings, b×d; must stay unchanged until the evaluation is closed
   */
  Evaluation forward(Matrix z);

  /** The value alone; may use a cheaper route than {@link #forward}. */
  double value(Matrix z);

  /**
   * Value and gradient in one call: {@code gradient := ∂R/∂z}. In steady state it allocates nothing.
   *
   * @param z embeddings, b×d
   * @param gradient b×d, of any element type, must not overlap z; overwritten, memory between its rows is left alone
   * @return the value
   */
  double valueAndGradient(Matrix z, Matrix gradient);

  /** Gives back cached workspaces. A second call does nothing; any other use afterwards is an {@link IllegalStateException}. */
  @Override
  void close();
}
