package dev.fullrank.jmh.bench;

import java.util.Locale;

/** What is timed; E is the b×d matrix of embeddings, k = min(b, d), n = max(b, d). */
enum Operation {
  /** M·E on the shorter side, M square of order k and symmetric: 2·n·k² operations. The second half of the floor. */
  GEMM,
  /** E·Eᵀ or EᵀE, the smaller: n·k² operations, since one triangle is enough. The first half of the floor. */
  SYRK,
  /** The mean singular value and its gradient U·Vᵀ/k. */
  SVMAX,
  /** VICReg's variance hinge with γ = 1, ε = 1e-4 and unbiased variance. */
  HINGE,
  /** A plain copy of E, the floor of the hinge; not a comparison. */
  COPY;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether there is a derivative to compute. */
  boolean hasGradient() {
    return this == SVMAX || this == HINGE;
  }
}
