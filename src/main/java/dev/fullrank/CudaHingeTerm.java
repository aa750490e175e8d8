package dev.fullrank;

import dev.fullrank.cuda.DeviceHinge;
import org.jspecify.annotations.Nullable;

/** The variance hinge of columns on a GPU. */
final class CudaHingeTerm implements CudaMomentTerm {
  private final HingeOptions options;
  private final CudaColumns columns;
  private final DeviceHinge hinge;
  private DeviceHinge.@Nullable Value value;

  CudaHingeTerm(HingeOptions options, CudaColumns columns) {
    this.options = options;
    this.columns = columns;
    this.hinge = new DeviceHinge(columns.workspace(), columns.moments());
  }

  @Override
  public void compute() {
    value = null;
    Matrix z = columns.input().matrix();
    hinge.compute(options.estimator().divisor(z.rows()), options.gammaFor(z.columns()), options.epsilon());
  }

  private DeviceHinge.Value settle() {
    DeviceHinge.Value v = value;
    if (v == null) {
      v = hinge.value();
      columns.requireAllowed(v.finite());
      value = v;
    }
    return v;
  }

  @Override
  public double value() {
    return settle().value();
  }

  @Override
  public void gradientOnDevice(double upstream, Matrix out) {
    hinge.gradient(columns.input(), upstream, out);
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    columns.write(this, upstream, out);
  }

  @Override
  public Details.Variance details() {
    DeviceHinge.Value v = settle();
    return new Details.Variance(v.active(), v.dead(), v.smallestStd(), v.meanStd());
  }

  @Override
  public void release() {
    value = null;
  }
}
