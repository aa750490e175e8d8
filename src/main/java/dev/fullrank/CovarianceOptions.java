package dev.fullrank;

/**
 * Options of the covariance penalty.
 *
 * @param divisor of the sum of squared covariances
 * @param estimator what the sums of products are divided by to give covariances
 */
record CovarianceOptions(CovarianceDivisor divisor, VarianceEstimator estimator) {}
