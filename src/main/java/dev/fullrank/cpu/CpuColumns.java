package dev.fullrank.cpu;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnStripe;
import dev.fullrank.linalg.ColumnWindow;
import dev.fullrank.linalg.Precision;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Column statistics of b×d matrices on the CPU. A task is some rows of a stripe of columns; sums of rows are combined in order,
 * so the bits do not depend on who did what. Rows of floats go through {@link FloatStripe}, all other matrices through
 * {@link ColumnStripe}, window by window; in double with the same bits.
 *
 * <p>One thread at a time may use an instance; it shares the work with helper threads and allocates nothing.
 */
public final class CpuColumns {
  /**
   * What an element of a row of floats costs in a pass, in the operations that {@link Parallel} counts. Half a million of them are
   * worth sharing: fewer lie in the L2 cache of one core, and moving them to another takes longer than the pass.
   */
  private static final int OPERATIONS_PER_FLOAT = 2;

  /** What moving and widening any other element costs. */
  private static final int OPERATIONS_PER_ELEMENT = 16;

  /** Elements of a task: some 20 µs. */
  private static final int ELEMENTS = 1 << 17;

  /**
   * Elements of a matrix that is worth single precision, half a MiB of floats: smaller ones stay in the L2 cache of one core,
   * with the gradient, and take less than 60 µs in double.
   */
  private static final int SINGLE_ELEMENTS = 1 << 17;

  private final Parallel parallel;
  private final ColumnKernels columns;
  private final ColumnStripe[] stripes;
  private final FloatStripe[] floatStripes;
  private final Parallel.Job momentsOfTask = this::momentsOfTask;
  private final Parallel.Job deviationsOfTask = this::deviationsOfTask;
  private final Parallel.Job fillOfTask = this::fillOfTask;
  private final ColumnWays ways = new ColumnWays();

  private @Nullable Matrix z;
  private @Nullable Matrix out;
  private @Nullable ColumnMoments moments;
  private double[] factors = {};
  private double value;
  private boolean floats;
  private boolean single;
  private int tasks;
  private int rowsPerTask;

  /** With these kernels and threads. */
  public CpuColumns(Kernels kernels, Parallel parallel) {
    this.parallel = parallel;
    this.columns = kernels.columns();
    this.stripes = new ColumnStripe[parallel.parallelism()];
    this.floatStripes = new FloatStripe[parallel.parallelism()];
    for (int slot = 0; slot < stripes.length; slot++) {
      stripes[slot] = new ColumnStripe(new CpuColumnWindow(kernels));
      floatStripes[slot] = new FloatStripe(columns);
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

  /** The mean and the sum of squared deviations of each column of z, in double. */
  public void moments(Matrix z, ColumnMoments moments) {
    moments(z, moments, Precision.DOUBLE);
  }

  /**
   * The mean and the sum of squared deviations M_j of each column of z. With u = 2^-24 and ρ_j = b·(z_0j − mean_j)²/M_j, where
   * sums in single precision are kept at most 32, those are off by at most 36·u·(1 + ρ_j)·M_j, and means by
   * 11·u·√((1 + ρ_j)·M_j/b), but for terms of u²; by 54·u and 17·u where b is no multiple of 8.
   *
   * @param precision SINGLE lets sums of some rows be in single precision where that serves speed: large matrices whose rows are
   *     runs of floats
   */
  public void moments(Matrix z, ColumnMoments moments, Precision precision) {
    this.z = z;
    this.moments = moments.resize(z.rows(), z.columns());
    floats = FloatRows.fit(z);
    single = floats && precision == Precision.SINGLE && (long) z.rows() * z.columns() >= SINGLE_ELEMENTS;
    try {
      stripes[0].begin(z, moments);
      takeIn(z, moments);
      if (single) {
        single = false;
        if (moments.keepSingle()) {
          takeIn(z, moments);
        }
      }
      if (z.type() == ElementType.FLOAT64 && moments.rescale()) {
        takeIn(z, moments);
      }
      if (moments.recentre()) {
        takeIn(z, moments);
      }
    } finally {
      forget();
    }
  }

  private void takeIn(Matrix z, ColumnMoments moments) {
    int chunks = Math.ceilDiv(z.rows(), moments.chunkRows());
    run(momentsOfTask, chunks * stripes(z), z, Parallel.mayShare(z.segment()));
    moments.combine(columns);
  }

  private void momentsOfTask(int task, int slot) {
    Matrix from = Objects.requireNonNull(z);
    ColumnMoments to = Objects.requireNonNull(moments);
    int chunk = task / stripes(from);
    int first = task % stripes(from) * ColumnWindow.STRIPE;
    int end = Math.min(first + ColumnWindow.STRIPE, from.columns());
    for (int column = first, next; column < end; column = next) {
      boolean wanted = to.pending()[column / ColumnWindow.COLUMNS];
      next = floats || !wanted ? endOfRun(to.pending(), column, end) : endOfWindow(column, end);
      if (wanted && single) {
        floatStripes[slot].singleMoments(from, to, chunk, column, next - column);
      } else if (wanted && floats) {
        floatStripes[slot].moments(from, to, chunk, column, next - column);
      } else if (wanted) {
        stripes[slot].moments(from, to, chunk, column, next - column);
      }
    }
  }

  /**
   * out_ij := factors_j·(z_ij − mean_j), each difference taken before it is multiplied, and rounded to the type of out once. A
   * window's width of columns whose factors are all zero is not read. Where moments are from sums in single precision and out has
   * rows of floats, difference and product may be in single precision as well: with σ_j² = M_j/b the result is then off by at most
   * |factors_j|·(4·u·|z_ij − mean_j| + 4·u·σ_j), and half the least float.
   *
   * @param factors per unit of the column, 2^exponent; whole windows long
   */
  public void deviations(Matrix z, ColumnMoments moments, double[] factors, Matrix out) {
    this.z = z;
    this.moments = moments;
    this.factors = factors;
    this.out = out;
    ways.choose(moments, factors);
    cut(z);
    floats = FloatRows.fit(z) && FloatRows.fit(out);
    try {
      run(deviationsOfTask, tasks, z, Parallel.mayShare(z.segment()) && Parallel.mayShare(out.segment()));
    } finally {
      forget();
    }
  }

  /** The last rows first: those the moments have left in the cache. */
  private void deviationsOfTask(int task, int slot) {
    Matrix from = Objects.requireNonNull(z);
    Matrix to = Objects.requireNonNull(out);
    ColumnMoments m = Objects.requireNonNull(moments);
    int start = (tasks - 1 - task) * rowsPerTask;
    int end = Math.min(start + rowsPerTask, from.rows());
    if (floats) {
      floatStripes[slot].deviations(from, m, factors, ways, to, start, end);
      return;
    }
    for (int column = 0, next; column < from.columns(); column = next) {
      next = endOfWindow(column, from.columns());
      if (ways.at(column) == ColumnWays.DEAD) {
        stripes[slot].fill(0, to, start, end, column, next - column);
      } else {
        stripes[slot].deviations(from, m, factors, to, start, end, column, next - column);
      }
    }
  }

  /** out_ij := value. */
  public void fill(double value, Matrix out) {
    this.value = value;
    this.out = out;
    cut(out);
    floats = FloatRows.fit(out);
    try {
      run(fillOfTask, tasks, out, Parallel.mayShare(out.segment()));
    } finally {
      forget();
    }
  }

  private void fillOfTask(int task, int slot) {
    Matrix to = Objects.requireNonNull(out);
    int start = task * rowsPerTask;
    int end = Math.min(start + rowsPerTask, to.rows());
    if (floats) {
      floatStripes[slot].fill((float) value, to, start, end);
      return;
    }
    for (int column = 0, next; column < to.columns(); column = next) {
      next = endOfWindow(column, to.columns());
      stripes[slot].fill(value, to, start, end, column, next - column);
    }
  }

  /** The column after the windows that are flagged like the one at this column; at most {@code end}. */
  private static int endOfRun(boolean[] flags, int column, int end) {
    int next = endOfWindow(column, end);
    while (next < end && flags[next / ColumnWindow.COLUMNS] == flags[column / ColumnWindow.COLUMNS]) {
      next = endOfWindow(next, end);
    }
    return next;
  }

  private static int endOfWindow(int column, int end) {
    return Math.min(column + ColumnWindow.COLUMNS, end);
  }

  private static int stripes(Matrix m) {
    return Math.ceilDiv(m.columns(), ColumnWindow.STRIPE);
  }

  /** Cuts the rows into tasks; what is written does not depend on the cuts. */
  private void cut(Matrix m) {
    rowsPerTask = Math.max(1, ELEMENTS / m.columns() / FloatRows.ROWS) * FloatRows.ROWS;
    tasks = Math.ceilDiv(m.rows(), rowsPerTask);
  }

  private void run(Parallel.Job job, int tasks, Matrix shape, boolean shareable) {
    if (shareable) {
      long each = floats ? OPERATIONS_PER_FLOAT : OPERATIONS_PER_ELEMENT;
      parallel.run(job, tasks, each * shape.rows() * shape.columns());
    } else {
      Parallel.runAlone(job, tasks);
    }
  }

  private void forget() {
    z = null;
    out = null;
    moments = null;
  }
}
