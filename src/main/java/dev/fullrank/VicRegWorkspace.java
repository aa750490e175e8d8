package dev.fullrank;

/** One evaluation of VICReg at a time: the moments of both branches, read once, and the five terms on them. */
interface VicRegWorkspace {
  /** Computes all terms of the branches; both must stay as they are until {@link #release}. */
  void compute(Matrix z1, Matrix z2);

  /** The weighted total. */
  double value();

  /** s(Z, Z′). */
  double invariance();

  /** Backward of the total. */
  void gradient(double upstream, Matrix g1, Matrix g2);

  /** Backward of the invariance term alone. */
  void invarianceGradient(double upstream, Matrix g1, Matrix g2);

  /** The matrix of a branch. */
  Matrix matrix(Branch branch);

  /** The variance term of a branch. */
  Outcome variance(Branch branch);

  /** The covariance term of a branch. */
  Outcome covariance(Branch branch);

  /** Forgets the caller's memory. */
  void release();

  /** Whether it can be used again. */
  default boolean isUsable() {
    return true;
  }

  /** Gives back what the garbage collector does not. */
  default void close() {}

  /** The total from its parts; a term that is switched off counts nothing, even where it is infinite. */
  static double total(VicRegOptions options, double invariance, double variances, double covariances) {
    return weighted(options.invarianceWeight(), invariance)
        + weighted(options.varianceWeight(), variances)
        + weighted(options.covarianceWeight(), covariances);
  }

  private static double weighted(double weight, double value) {
    return weight == 0 ? 0 : weight * value;
  }
}
