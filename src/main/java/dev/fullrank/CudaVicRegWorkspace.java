package dev.fullrank;

import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.CudaWorkspace;
import dev.fullrank.cuda.DevicePair;
import dev.fullrank.cuda.DeviceSum;

/** VICReg on a GPU. */
final class CudaVicRegWorkspace implements VicRegWorkspace {
  /** The terms of one branch. */
  private static final class Side {
    final CudaColumns columns;
    final CudaHingeTerm variance;
    final CudaCovarianceTerm covariance;

    Side(VicRegOptions options, CudaWorkspace workspace) {
      columns = new CudaColumns(workspace, options.nonFinite(), new HostStore(options.parallelism()));
      variance = new CudaHingeTerm(options.hinge(), columns);
      covariance = new CudaCovarianceTerm(options.covariance(), columns);
    }

    void compute(Matrix z) {
      columns.compute(z);
      variance.compute();
      covariance.compute();
    }

    void release() {
      columns.release();
      variance.release();
      covariance.release();
    }
  }

  private final VicRegOptions options;
  private final CudaGuard guard;
  private final Side first;
  private final Side second;
  private final DevicePair pair;
  private final DeviceSum sum;

  CudaVicRegWorkspace(VicRegOptions options, CudaSession session) {
    this.options = options;
    this.guard = new CudaGuard(session);
    this.first = new Side(options, guard.workspace());
    this.second = new Side(options, guard.workspace());
    this.pair = new DevicePair(guard.workspace());
    this.sum = new DeviceSum(guard.workspace());
  }

  private Side side(Branch branch) {
    return branch == Branch.FIRST ? first : second;
  }

  @Override
  public Matrix matrix(Branch branch) {
    return side(branch).columns.input().matrix();
  }

  @Override
  public Outcome variance(Branch branch) {
    return new GuardedOutcome(guard, side(branch).variance);
  }

  @Override
  public Outcome covariance(Branch branch) {
    return new GuardedOutcome(guard, side(branch).covariance);
  }

  @Override
  public void compute(Matrix z1, Matrix z2) {
    guard.run(
        () -> {
          first.compute(z1);
          second.compute(z2);
          pair.compute(first.columns.input(), second.columns.input());
          judge(z1, z2);
        });
  }

  @Override
  public double value() {
    return guard.get(
        () -> {
          double distance = distance();
          double variances = first.variance.value() + second.variance.value();
          double covariances = first.covariance.value() + second.covariance.value();
          return Double.isNaN(variances) ? Double.NaN : VicRegWorkspace.total(options, distance, variances, covariances);
        });
  }

  @Override
  public double invariance() {
    return guard.get(this::distance);
  }

  /** Both branches are judged first, so that what is not finite in the first is named before the second. */
  private double distance() {
    first.variance.value();
    second.variance.value();
    return pair.meanSquare(invarianceDivisor());
  }

  private double invarianceDivisor() {
    Matrix z = matrix(Branch.FIRST);
    return options.invarianceDivisor().of(z.rows(), z.columns());
  }

  @Override
  public void gradient(double upstream, Matrix g1, Matrix g2) {
    guard.run(
        () -> {
          judge(g1, g2);
          write(upstream, first, 1, g1);
          write(upstream, second, -1, g2);
        });
  }

  @Override
  public void invarianceGradient(double upstream, Matrix g1, Matrix g2) {
    guard.run(
        () -> {
          judge(g1, g2);
          writeInvariance(upstream, first, 1, g1);
          writeInvariance(upstream, second, -1, g2);
        });
  }

  /** An input that is refused is refused where the host waits in any case: for what it gave, and before anything is written there. */
  private void judge(Matrix a, Matrix b) {
    if (!a.isOnDevice() || !b.isOnDevice()) {
      distance();
    }
  }

  private void write(double upstream, Side own, int sign, Matrix out) {
    Matrix target = own.columns.output().target(out);
    sum.start(out.rows(), out.columns());
    if (options.covarianceWeight() != 0) {
      own.covariance.gradientOnDevice(upstream, sum.part());
      sum.add(options.covarianceWeight());
    }
    own.variance.gradientOnDevice(upstream, sum.part());
    sum.add(options.varianceWeight());
    pull(upstream * options.invarianceWeight(), sign);
    sum.store(target);
    own.columns.output().deliver(out);
  }

  private void writeInvariance(double upstream, Side own, int sign, Matrix out) {
    Matrix target = own.columns.output().target(out);
    sum.start(out.rows(), out.columns());
    pull(upstream, sign);
    sum.store(target);
    own.columns.output().deliver(out);
  }

  /** The invariance term draws each branch to the other: ∂s/∂z1 = 2·(z1 − z2)/divisor = −∂s/∂z2. */
  private void pull(double upstream, int sign) {
    pair.addDifference(sign * 2 * upstream / invarianceDivisor(), sum);
  }

  @Override
  public void release() {
    first.release();
    second.release();
    guard.leave();
  }

  @Override
  public boolean isUsable() {
    return guard.isUsable();
  }

  @Override
  public void close() {
    guard.close();
  }
}
