package dev.fullrank;

import dev.fullrank.cpu.CpuColumns;
import dev.fullrank.cpu.CpuOps;
import dev.fullrank.cpu.CpuPairs;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.PairGradient;
import dev.fullrank.linalg.Precision;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** VICReg on the CPU. */
final class CpuVicRegWorkspace implements VicRegWorkspace {
  /** The terms of one branch. */
  private static final class Side {
    final CentredColumns columns;
    final HingeTerm variance;
    final CovarianceTerm covariance;

    Side(VicRegOptions options, CpuColumns passes) {
      columns = new CentredColumns(passes, Precision.DOUBLE);
      variance = new HingeTerm(options.hinge());
      covariance = new CovarianceTerm(options.covariance(), CpuOps.create(options.parallelism()));
    }

    void compute(Matrix z, NonFinitePolicy policy) {
      columns.compute(z, policy);
      variance.compute(columns);
      covariance.compute(columns);
    }

    void release() {
      columns.release();
      variance.release();
      covariance.release();
    }
  }

  private final VicRegOptions options;
  private final CpuPairs pairs;
  private final Side first;
  private final Side second;
  private final PairGradient sum = new PairGradient();
  private double[] scratch = {};
  private @Nullable Matrix scratchView;
  private double distance;
  private int exponent;
  private boolean finite;

  CpuVicRegWorkspace(VicRegOptions options) {
    this.options = options;
    this.pairs = CpuPairs.create(options.parallelism());
    CpuColumns passes = CpuColumns.create(options.parallelism());
    this.first = new Side(options, passes);
    this.second = new Side(options, passes);
  }

  private Side side(Branch branch) {
    return branch == Branch.FIRST ? first : second;
  }

  @Override
  public Matrix matrix(Branch branch) {
    return side(branch).columns.matrix();
  }

  @Override
  public Outcome variance(Branch branch) {
    return side(branch).variance;
  }

  @Override
  public Outcome covariance(Branch branch) {
    return side(branch).covariance;
  }

  @Override
  public void compute(Matrix z1, Matrix z2) {
    first.compute(z1, options.nonFinite());
    second.compute(z2, options.nonFinite());
    finite = first.columns.isFinite() && second.columns.isFinite();
    exponent = 0;
    distance = finite ? pairs.squaredDistance(z1, z2, 0) : Double.NaN;
    boolean mayLeaveRange = z1.type() == ElementType.FLOAT64 || z2.type() == ElementType.FLOAT64;
    if (mayLeaveRange && (distance == Double.POSITIVE_INFINITY || distance < ColumnMoments.LEAST_SAFE_SQUARES)) {
      exponent = distance < 1 ? -ColumnMoments.RESCUE_EXPONENT : ColumnMoments.RESCUE_EXPONENT;
      distance = pairs.squaredDistance(z1, z2, exponent);
    }
  }

  @Override
  public double invariance() {
    return Math.scalb(distance / invarianceDivisor(), 2 * exponent);
  }

  private double invarianceDivisor() {
    Matrix z = first.columns.matrix();
    return options.invarianceDivisor().of(z.rows(), z.columns());
  }

  @Override
  public double value() {
    return finite
        ? VicRegWorkspace.total(
            options,
            invariance(),
            first.variance.value() + second.variance.value(),
            first.covariance.value() + second.covariance.value())
        : Double.NaN;
  }

  @Override
  public void gradient(double upstream, Matrix g1, Matrix g2) {
    gradient(upstream, first, second.columns.matrix(), g1);
    gradient(upstream, second, first.columns.matrix(), g2);
  }

  private void gradient(double upstream, Side own, Matrix other, Matrix out) {
    if (!finite) {
      own.columns.fill(Double.NaN, out);
      return;
    }
    Matrix base = accumulator(out);
    if (options.covarianceWeight() == 0) {
      own.columns.fill(0, base);
    } else {
      own.covariance.gradient(upstream * options.covarianceWeight(), base);
    }
    add(upstream * options.invarianceWeight(), own, upstream * options.varianceWeight(), other, base, out);
  }

  /** out itself unless it is so coarse that a partial sum must not be rounded to it. */
  private Matrix accumulator(Matrix out) {
    if (out.type() == ElementType.FLOAT64 || out.type() == ElementType.FLOAT32) {
      return out;
    }
    int size = Math.multiplyExact(out.rows(), out.columns());
    if (scratch.length < size) {
      scratch = new double[size];
      scratchView = null;
    }
    if (scratchView == null || !scratchView.hasShapeOf(out)) {
      scratchView = Matrix.of(scratch, out.rows(), out.columns());
    }
    return Objects.requireNonNull(scratchView);
  }

  @Override
  public void invarianceGradient(double upstream, Matrix g1, Matrix g2) {
    invarianceGradient(upstream, first, second.columns.matrix(), g1);
    invarianceGradient(upstream, second, first.columns.matrix(), g2);
  }

  private void invarianceGradient(double upstream, Side own, Matrix other, Matrix out) {
    own.columns.fill(finite ? 0 : Double.NaN, out);
    if (finite) {
      add(upstream, own, 0, other, out, out);
    }
  }

  private void add(double invariance, Side own, double variance, Matrix other, Matrix base, Matrix out) {
    double pull = Math.scalb(2 * invariance / invarianceDivisor(), exponent);
    sum.set(own.columns.matrix(), own.columns.moments(), own.variance.factors(variance), other, pull, exponent);
    pairs.store(sum.into(base, out));
    sum.clear();
  }

  @Override
  public void release() {
    first.release();
    second.release();
  }
}
