package dev.fullrank.kernels.gpu;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.Device;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;

/** The regularizers of one matrix, as they are checked and timed. */
enum Term {
  HINGE,
  COVARIANCE,
  MEAN_SINGULAR_VALUE,
  SVMAX;

  /** Twice the deviation of the data: every column is below it, has a gradient, and is read for that. */
  static final double GAMMA = 2;

  Regularizer on(Device device) {
    return on(device, NonFinitePolicy.THROW);
  }

  Regularizer on(Device device, NonFinitePolicy policy) {
    return switch (this) {
      case HINGE -> VarianceHinge.builder().device(device).nonFinite(policy).gamma(GAMMA).build();
      case COVARIANCE -> CovariancePenalty.builder().device(device).nonFinite(policy).build();
      case MEAN_SINGULAR_VALUE -> MeanSingularValue.builder().device(device).nonFinite(policy).build();
      case SVMAX -> SvMax.builder().device(device).nonFinite(policy).build();
    };
  }

  /**
   * Refuses a value or a gradient that is not close to that of the CPU.
   *
   * @param tolerance relative, for the gradient in the Frobenius norm
   * @throws AssertionError with the error
   */
  void compare(Matrix z, double value, Matrix gradient, double tolerance) {
    Matrix expected = HostMatrices.zeros(gradient.type(), z.rows(), z.columns());
    double expectedValue;
    try (Regularizer r = on(Device.cpu())) {
      expectedValue = r.valueAndGradient(z, expected);
    }
    if (!(Math.abs(value - expectedValue) <= tolerance * Math.abs(expectedValue))) {
      throw new AssertionError("the value is " + value + ", on the CPU " + expectedValue);
    }
    double distance = 0;
    double size = 0;
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        double e = expected.get(i, j);
        double error = gradient.get(i, j) - e;
        distance += error * error;
        size += e * e;
      }
    }
    if (!(distance <= tolerance * tolerance * size)) {
      throw new AssertionError("the gradient differs from that of the CPU by " + Math.sqrt(distance / size) + ", relatively");
    }
  }
}
