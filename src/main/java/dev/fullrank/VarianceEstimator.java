package dev.fullrank;

/** What the sum of squared deviations of n samples is divided by. */
public enum VarianceEstimator {
  /** n − 1, as in PyTorch's {@code var} and in NumPy with {@code ddof=1}. */
  UNBIASED(1),
  /** n, as in TensorFlow's {@code reduce_variance} and in NumPy by default. */
  BIASED(0);

  private final int lostDegreesOfFreedom;

  VarianceEstimator(int lostDegreesOfFreedom) {
    this.lostDegreesOfFreedom = lostDegreesOfFreedom;
  }

  /** The divisor for n samples. */
  public double divisor(long samples) {
    return samples - lostDegreesOfFreedom;
  }
}
