package dev.fullrank;

import dev.fullrank.cpu.CpuColumns;
import dev.fullrank.cuda.CudaWorkspace;
import dev.fullrank.linalg.Precision;

/** A regularizer that is a function of centred columns. */
abstract sealed class MomentRegularizer extends StepRegularizer permits VarianceHinge, CovariancePenalty {
  /** For each element of a matrix whose columns are read and written, as {@link CpuColumns} counts. */
  private static final int OPERATIONS = 16;

  private final NonFinitePolicy nonFinite;
  private final int parallelism;

  MomentRegularizer(Device device, NonFinitePolicy nonFinite, int parallelism) {
    super(device);
    this.nonFinite = nonFinite;
    this.parallelism = parallelism;
  }

  /** A new workspace for one evaluation at a time. */
  abstract MomentTerm newTerm();

  /** A new workspace on a GPU. */
  abstract CudaMomentTerm newTerm(CudaColumns columns);

  /** What its terms need of sums over float data. */
  abstract Precision precision();

  final NonFinitePolicy nonFinite() {
    return nonFinite;
  }

  @Override
  final Step newStep() {
    return new MomentStep(new CentredColumns(CpuColumns.create(parallelism), precision()), newTerm(), nonFinite);
  }

  @Override
  final Step newStep(CudaWorkspace workspace) {
    CudaColumns columns = new CudaColumns(workspace, nonFinite, new HostStore(parallelism));
    return new CudaMomentStep(columns, newTerm(columns));
  }

  @Override
  final void checkShape(Matrix z) {
    CentredColumns.requireRows(z);
  }

  @Override
  final int threads() {
    return parallelism;
  }

  @Override
  final long operations(Matrix z) {
    return (long) z.rows() * z.columns() * OPERATIONS;
  }
}
