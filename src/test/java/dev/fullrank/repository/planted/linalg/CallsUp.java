package dev.fullrank.repository.planted.linalg;

import dev.fullrank.repository.planted.Regularizer;

/** An algorithm that knows a regularizer. */
public final class CallsUp {
  private CallsUp() {}

  /** The value of the layer above. */
  public static double value(Regularizer regularizer) {
    return regularizer.value();
  }
}
