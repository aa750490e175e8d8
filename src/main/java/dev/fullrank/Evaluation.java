package dev.fullrank;

import java.util.List;

/**
 * What {@link Regularizer#forward} computed. Holds a workspace until it is closed; use it from one thread at a time. After
 * {@link #close} every other method throws {@link IllegalStateException}.
 */
public interface Evaluation extends AutoCloseable {
  /** The value of the regularizer. */
  double value();

  /**
   * Backward: {@code out := upstream · ∂R/∂z}. May be called more than once.
   *
   * @param upstream the derivative of the loss with respect to this value
   * @param out b×d, of any element type, must not overlap z; overwritten, memory between its rows is left alone
   * @throws IllegalArgumentException if the shape is wrong, the memory is read-only or overlaps the input
   */
  void gradient(double upstream, Matrix out);

  /** Diagnostics of this evaluation. */
  Details details();

  /** The parts of a sum, each with its own unweighted value and gradient; a regularizer that is no sum has none. */
  default List<Evaluation> terms() {
    return List.of();
  }

  /** Gives the workspace back. A second call does nothing. */
  @Override
  void close();
}
