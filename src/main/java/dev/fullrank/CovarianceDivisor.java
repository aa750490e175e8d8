package dev.fullrank;

/** What the sum of squared off-diagonal covariances of d features is divided by. */
public enum CovarianceDivisor {
  /** d, as in the VICReg paper. */
  FEATURES,
  /** d·(d − 1), the number of off-diagonal entries: their mean square. */
  OFF_DIAGONAL_ENTRIES;

  /** The divisor; 1 if d = 1, when there is nothing to divide. */
  double of(int d) {
    return this == FEATURES ? d : Math.max(1, d * (d - 1.0));
  }
}
