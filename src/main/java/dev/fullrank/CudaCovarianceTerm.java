package dev.fullrank;

import dev.fullrank.cuda.DeviceCovariance;
import org.jspecify.annotations.Nullable;

/** The covariance penalty of columns on a GPU. */
final class CudaCovarianceTerm implements CudaMomentTerm {
  private final CovarianceOptions options;
  private final CudaColumns columns;
  private final DeviceCovariance covariance;
  private DeviceCovariance.@Nullable Value value;

  CudaCovarianceTerm(CovarianceOptions options, CudaColumns columns) {
    this.options = options;
    this.columns = columns;
    this.covariance = new DeviceCovariance(columns.workspace(), columns.moments());
  }

  @Override
  public void compute() {
    value = null;
    covariance.compute(columns.input());
  }

  private DeviceCovariance.Value settle() {
    DeviceCovariance.Value v = value;
    if (v == null) {
      v = covariance.value();
      columns.requireAllowed(!Double.isNaN(v.energy()));
      value = v;
    }
    return v;
  }

  private double degreesOfFreedom() {
    return options.estimator().divisor(columns.input().matrix().rows());
  }

  private double divisor() {
    return options.divisor().of(columns.input().matrix().columns());
  }

  /** Σ_{i≠j} C_ij²/divisor. */
  private double sumOfSquares(double divisor) {
    DeviceCovariance.Value v = settle();
    return Math.scalb(v.energy() / degreesOfFreedom() / degreesOfFreedom() / divisor, 4 * v.exponent());
  }

  @Override
  public double value() {
    return sumOfSquares(divisor());
  }

  /** ∂c/∂Z = 4/(divisor·(n−1)²)·Y·offdiag(YᵀY), also through the mean, as its columns sum to zero like those of Y. */
  @Override
  public void gradientOnDevice(double upstream, Matrix out) {
    covariance.gradient(columns.input(), 4 * upstream / degreesOfFreedom() / degreesOfFreedom() / divisor(), out);
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    columns.write(this, upstream, out);
  }

  @Override
  public Details.Covariance details() {
    return new Details.Covariance(sumOfSquares(1));
  }

  @Override
  public void release() {
    value = null;
  }
}
