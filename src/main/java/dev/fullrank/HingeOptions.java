package dev.fullrank;

/**
 * Options of the variance hinge.
 *
 * @param gamma the threshold, or NaN for 1/√d
 * @param epsilon added to each variance
 * @param estimator what the sums of squares are divided by
 */
record HingeOptions(double gamma, double epsilon, VarianceEstimator estimator) {
  /** The threshold for d columns. */
  double gammaFor(int d) {
    return Double.isNaN(gamma) ? 1 / Math.sqrt(d) : gamma;
  }
}
