package dev.fullrank;

import java.util.List;

/** What was computed of one matrix and can be differentiated: an {@link Evaluation} without its checks. */
interface Outcome {
  double value();

  /** out := upstream·∂R/∂z; NaN everywhere if the matrix is not finite. */
  void gradient(double upstream, Matrix out);

  Details details();

  /** See {@link Evaluation#terms}. */
  default List<Evaluation> terms() {
    return List.of();
  }
}
