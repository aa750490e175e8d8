package dev.fullrank;

/** A workspace in which a regularizer is evaluated, one matrix at a time, wherever it computes. Arguments have been checked. */
interface Step extends Outcome {
  /** Computes what the methods of {@link Outcome} then give, until {@link #release}; the matrix must stay as it is. */
  void forward(Matrix z);

  /** The value alone, which may be cheaper. */
  default double valueAlone(Matrix z) {
    forward(z);
    return value();
  }

  /** Value and gradient; allocates nothing in steady state. */
  default double valueAndGradient(Matrix z, Matrix gradient) {
    forward(z);
    gradient(1, gradient);
    return value();
  }

  /** Forgets the caller's memory, after a failure too. */
  void release();

  /** Whether it can be used again; a failure of a device may have left it in any state. */
  default boolean isUsable() {
    return true;
  }

  /** Gives back what the garbage collector does not. */
  default void close() {}
}
