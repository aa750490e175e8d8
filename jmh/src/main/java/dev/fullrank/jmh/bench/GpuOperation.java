package dev.fullrank.jmh.bench;

import java.util.Locale;

/** What is timed on a GPU, on matrices in its memory. */
enum GpuOperation {
  /** The mean singular value and its gradient U·Vᵀ/k. */
  SVMAX,
  /** VICReg's variance hinge with γ = 1, ε = 1e-4 and unbiased variance. */
  HINGE,
  /** SVMAX of many matrices of one shape by one call, which has no forward step of its own. */
  BATCH;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean has(Direction direction) {
    return this != BATCH || direction == Direction.FORWARD_BACKWARD;
  }
}
