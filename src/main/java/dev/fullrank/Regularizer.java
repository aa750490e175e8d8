package dev.fullrank;

import java.util.List;

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

  /**
   * Values and gradients of many matrices, each evaluated by itself: {@code values[i] := R(inputs[i])} and {@code gradients[i] :=
   * ∂R/∂inputs[i]}, with the bits that {@link #valueAndGradient} gives. Shapes and element types may differ from one matrix to
   * the next. In steady state nothing is allocated.
   *
   * <p>On a GPU {@link SvMax} and {@link MeanSingularValue} evaluate matrices with a side of up to 128 (as far as the GPU has shared
   * memory for it) and up to 2²⁰ entries many at once. Their results are certified like single ones and within the tolerance of
   * these, with the same bits in whatever list they are. Some memory of the heap is allocated.
   *
   * <p>The regularizers of this library evaluate one matrix on each of their threads, and a thread that is done takes the next;
   * that pays for matrices that are too small to be shared. A few large ones are better passed one by one, as then all threads
   * work on each. If the memory of any matrix belongs to a single thread (a confined arena), that thread works alone. Other
   * implementations need not override this; it then evaluates one matrix after the other.
   *
   * <p>A matrix that cannot be evaluated leaves the others alone: they are all evaluated, its own value is set to NaN and its
   * gradient is undefined; then the exception of the first such matrix is thrown, of the type that {@link #valueAndGradient}
   * throws and with the index in its message.
   *
   * @param inputs embeddings, b_i×d_i; may overlap each other
   * @param gradients one for each input, of its shape and of any element type; must overlap neither an input nor, element by
   *     element, each other; overwritten, memory between their rows is left alone
   * @param values at least as long as the lists; what is beyond them is left alone
   * @throws IllegalArgumentException before any work, if the lists are not of one size, {@code values} is too short, a shape is
   *     wrong, memory is read-only or overlaps
   * @throws NonFiniteInputException after the work, if a matrix holds NaN or an infinity and the policy is to throw; names the
   *     first such matrix, by {@link NonFiniteInputException#index}, row and column
   */
  default void valuesAndGradients(List<Matrix> inputs, List<Matrix> gradients, double[] values) {
    new ListEvaluator(this).evaluate(inputs, gradients, values);
  }

  /** Gives back cached workspaces. A second call does nothing; any other use afterwards is an {@link IllegalStateException}. */
  @Override
  void close();
}
