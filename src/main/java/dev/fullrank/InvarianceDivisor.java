package dev.fullrank;

/** What the squared distance Σ_ij (z1_ij − z2_ij)² of two branches of n samples × d features is divided by. */
public enum InvarianceDivisor {
  /** n·d: the mean squared error of deep-learning frameworks, and of all implementations. */
  ELEMENTS,
  /** n: the mean squared distance of the paper's equation 5. */
  SAMPLES;

  double of(int n, int d) {
    return this == ELEMENTS ? (double) n * d : n;
  }
}
