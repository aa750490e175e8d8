package dev.fullrank;

/** What the sum of singular values of a b×d matrix is divided by to give s_μ. */
public enum Divisor {
  /** k = min(b, d), the number of singular values: a mean for every shape. */
  MIN_DIMENSION,
  /** d, as in the SVMax paper and its code, which assume b &gt; d. */
  FEATURES;

  int of(int rows, int columns) {
    return this == FEATURES ? columns : Math.min(rows, columns);
  }
}
