package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnStripe;
import dev.fullrank.linalg.ColumnWindow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Column statistics of b×d matrices on the CPU. A task is one window's width of columns from the first row to the last, so
 * nothing is combined and the bits do not depend on who did what.
 *
 * <p>One thread at a time may use an instance; it shares the work with helper threads and allocates nothing.
 */
public final class CpuColumns {
  /** What moving and widening an element costs, in the operations that {@link Parallel} counts. */
  private static final int OPERATIONS_PER_ELEMENT = 16;

  private final Parallel parallel;
  private final ColumnStripe[] stripes;
  private final Parallel.Job momentsOfStripe = this::momentsOfStripe;
  private final Parallel.Job deviationsOfStripe = this::deviationsOfStripe;
  private final Parallel.Job fillOfStripe = this::fillOfStripe;

  private @Nullable Matrix z;
  private @Nullable Matrix out;
  private @Nullable ColumnMoments moments;
  private double[] factors = {};
  private double value;

  /** With these kernels and threads. */
  public CpuColumns(Kernels kernels, Parallel parallel) {
    this.parallel = parallel;
    this.stripes = new ColumnStripe[parallel.parallelism()];
    for (int slot = 0; slot < stripes.length; slot++) {
      stripes[slot] = new ColumnStripe(new CpuColumnWindow(kernels));
    }
  }

  /**
   * With the kernels of this process.
   *
   * @param parallelism the most threads at work, the caller included; 0 means one for each processor
   */
  public static CpuColumns create(int parallelism) {
    return new CpuColumns(KernelChoice.get().kernels(), Parallel.of(parallelism));
  }

  /** The mean and the sum of squared deviations of each column of z. */
  public void moments(Matrix z, ColumnMoments moments) {
    this.z = z;
    this.moments = moments.resize(z.rows(), z.columns());
    run(momentsOfStripe, z, Parallel.mayShare(z.segment()));
  }

  private void momentsOfStripe(int task, int slot) {
    Matrix from = Objects.requireNonNull(z);
    stripes[slot].moments(from, Objects.requireNonNull(moments), first(task), count(task, from));
  }

  /**
   * out_ij := factors_j·(z_ij − mean_j), each difference taken before it is multiplied, and rounded to the type of out once.
   *
   * @param factors per unit of the column, 2^exponent; whole windows long
   */
  public void deviations(Matrix z, ColumnMoments moments, double[] factors, Matrix out) {
    this.z = z;
    this.moments = moments;
    this.factors = factors;
    this.out = out;
    run(deviationsOfStripe, z, Parallel.mayShare(z.segment()) && Parallel.mayShare(out.segment()));
  }

  private void deviationsOfStripe(int task, int slot) {
    Matrix from = Objects.requireNonNull(z);
    stripes[slot].deviations(
        from, Objects.requireNonNull(moments), factors, Objects.requireNonNull(out), first(task), count(task, from));
  }

  /** out_ij := value. */
  public void fill(double value, Matrix out) {
    this.value = value;
    this.out = out;
    run(fillOfStripe, out, Parallel.mayShare(out.segment()));
  }

  private void fillOfStripe(int task, int slot) {
    Matrix to = Objects.requireNonNull(out);
    stripes[slot].fill(value, to, first(task), count(task, to));
  }

  /** First column of a task. */
  static int first(int task) {
    return task * ColumnWindow.COLUMNS;
  }

  /** Columns of a task. */
  static int count(int task, Matrix m) {
    return Math.min(ColumnWindow.COLUMNS, m.columns() - first(task));
  }

  private void run(Parallel.Job job, Matrix shape, boolean shareable) {
    try {
      run(parallel, job, shape, shareable);
    } finally {
      z = null;
      out = null;
      moments = null;
    }
  }

  /** Runs a task for each stripe of columns. */
  static void run(Parallel parallel, Parallel.Job job, Matrix shape, boolean shareable) {
    int tasks = Math.ceilDiv(shape.columns(), ColumnWindow.COLUMNS);
    if (shareable) {
      parallel.run(job, tasks, (long) OPERATIONS_PER_ELEMENT * shape.rows() * shape.columns());
    } else {
      Parallel.runAlone(job, tasks);
    }
  }
}
