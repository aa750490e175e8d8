package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.ColumnWindow;
import dev.fullrank.linalg.PairGradient;
import dev.fullrank.linalg.PairStripe;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Passes over two matrices of one shape on the CPU, a stripe of columns a task: the bits do not depend on who did what.
 *
 * <p>One thread at a time may use an instance; it shares the work with helper threads and allocates nothing once its buffer has
 * grown to the size in use.
 */
public final class CpuPairs {
  /** What moving and widening the elements at one place costs, in the operations that {@link Parallel} counts. */
  private static final int OPERATIONS_PER_ELEMENT = 16;

  private final Parallel parallel;
  private final PairStripe[] stripes;
  private final Parallel.Job distancesOfStripe = this::distancesOfStripe;
  private final Parallel.Job gradientOfStripe = this::gradientOfStripe;

  private @Nullable Matrix x;
  private @Nullable Matrix y;
  private @Nullable PairGradient gradient;
  private double[] distances = {};
  private int exponent;

  private CpuPairs(Kernels kernels, Parallel parallel) {
    this.parallel = parallel;
    this.stripes = new PairStripe[parallel.parallelism()];
    for (int slot = 0; slot < stripes.length; slot++) {
      stripes[slot] = new PairStripe(new CpuColumnWindow(kernels), new CpuColumnWindow(kernels), new CpuColumnWindow(kernels));
    }
  }

  /**
   * With the kernels of this process.
   *
   * @param parallelism the most threads at work, the caller included; 0 means one for each processor
   */
  public static CpuPairs create(int parallelism) {
    return new CpuPairs(KernelChoice.get().kernels(), Parallel.of(parallelism));
  }

  /** Σ_ij (x_ij − y_ij)² in units of 4^exponent; see {@link PairStripe#squaredDistances}. */
  public double squaredDistance(Matrix x, Matrix y, int exponent) {
    this.x = x;
    this.y = y;
    this.exponent = exponent;
    int d = x.columns();
    distances = Scratch.atLeast(distances, d);
    run(distancesOfStripe, x, Parallel.mayShare(x.segment()) && Parallel.mayShare(y.segment()));
    double total = 0;
    for (int j = 0; j < d; j++) {
      total += distances[j];
    }
    return total;
  }

  private void distancesOfStripe(int task, int slot) {
    Matrix shape = Objects.requireNonNull(x);
    stripes[slot].squaredDistances(
        shape, Objects.requireNonNull(y), exponent, first(task), count(task, shape), distances);
  }

  /** Writes the sum that the gradient stands for. */
  public void store(PairGradient gradient) {
    this.gradient = gradient;
    boolean shareable =
        Parallel.mayShare(gradient.own().segment())
            && Parallel.mayShare(gradient.other().segment())
            && Parallel.mayShare(gradient.base().segment())
            && Parallel.mayShare(gradient.out().segment());
    run(gradientOfStripe, gradient.own(), shareable);
  }

  private void gradientOfStripe(int task, int slot) {
    PairGradient g = Objects.requireNonNull(gradient);
    stripes[slot].gradient(g, first(task), count(task, g.own()));
  }

  private static int first(int task) {
    return task * ColumnWindow.COLUMNS;
  }

  private static int count(int task, Matrix m) {
    return Math.min(ColumnWindow.COLUMNS, m.columns() - first(task));
  }

  private void run(Parallel.Job job, Matrix shape, boolean shareable) {
    int tasks = Math.ceilDiv(shape.columns(), ColumnWindow.COLUMNS);
    try {
      if (shareable) {
        parallel.run(job, tasks, (long) OPERATIONS_PER_ELEMENT * shape.rows() * shape.columns());
      } else {
        Parallel.runAlone(job, tasks);
      }
    } finally {
      x = null;
      y = null;
      gradient = null;
    }
  }
}
