package dev.fullrank;

import dev.fullrank.cpu.Parallel;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a regularizer on each matrix of a list, one matrix to a thread at a time; on a GPU many at once, as far as that goes, first. A
 * workspace: one caller at a time, on the CPU nothing allocated once it has seen a list as long.
 */
final class ListEvaluator implements Parallel.Job {
  private static final double[] NONE = {};

  private final Regularizer regularizer;
  private final Parallel parallel;
  private final @Nullable CudaSpectralList batches;
  private final ListOverlaps overlaps = new ListOverlaps();
  private Matrix[] inputs = {};
  private Matrix[] gradients = {};
  private double[] values = NONE;
  private boolean[] done = {};
  private int firstFailure;
  private @Nullable RuntimeException failure;

  ListEvaluator(Regularizer regularizer) {
    this.regularizer = regularizer;
    this.parallel = Parallel.of(regularizer instanceof StepRegularizer ours ? ours.threads() : 1);
    this.batches = regularizer instanceof SpectralRegularizer spectral ? spectral.newList() : null;
  }

  /** See {@link Regularizer#valuesAndGradients}. */
  void evaluate(List<Matrix> inputs, List<Matrix> gradients, double[] values) {
    int n = inputs.size();
    if (gradients.size() != n) {
      throw new IllegalArgumentException("there must be one gradient for each input, not " + gradients.size() + " for " + n);
    }
    if (values.length < n) {
      throw new IllegalArgumentException("there must be room for " + n + " values, not for " + values.length);
    }
    this.inputs = inputs.toArray(this.inputs);
    this.gradients = gradients.toArray(this.gradients);
    this.values = values;
    this.firstFailure = n;
    if (done.length < n) {
      done = new boolean[n];
    }
    try {
      check(n);
      if (batches != null) {
        batches.evaluate(this.inputs, this.gradients, n, this);
      }
      if (mayShare(n)) {
        parallel.run(this, n, operations(n));
      } else {
        Parallel.runAlone(this, n);
      }
      if (failure != null) {
        throw Checks.inList(firstFailure, failure);
      }
    } finally {
      Arrays.fill(this.inputs, 0, n, null);
      Arrays.fill(this.gradients, 0, n, null);
      Arrays.fill(done, 0, n, false);
      this.values = NONE;
      failure = null;
    }
  }

  private void check(int n) {
    for (int i = 0; i < n; i++) {
      if (inputs[i] == null || gradients[i] == null) {
        throw new NullPointerException((inputs[i] == null ? "input " : "gradient ") + i + " of the list is null");
      }
      try {
        Device device = Device.cpu();
        if (regularizer instanceof StepRegularizer ours) {
          device = ours.device();
          ours.checkInput(inputs[i]);
        }
        Checks.gradient(device, inputs[i], gradients[i]);
      } catch (IllegalArgumentException e) {
        throw Checks.inList(i, e);
      }
    }
    overlaps.check(inputs, gradients, n);
  }

  private boolean mayShare(int n) {
    for (int i = 0; i < n; i++) {
      if (belongsToOneThread(inputs[i]) || belongsToOneThread(gradients[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean belongsToOneThread(Matrix matrix) {
    return !matrix.isOnDevice() && !Parallel.mayShare(matrix.segment());
  }

  @Override
  public void run(int task, int slot) {
    if (done[task]) {
      return;
    }
    try {
      values[task] = regularizer.valueAndGradient(inputs[task], gradients[task]);
    } catch (RuntimeException e) {
      fail(task, () -> e);
    }
  }

  /** The value of a matrix whose gradient is, or will be, written. */
  void succeed(int task, double value) {
    values[task] = value;
    done[task] = true;
  }

  /** Whatever was said of a matrix, it is still to be evaluated. */
  void retry(int task) {
    done[task] = false;
  }

  /**
   * A matrix cannot be evaluated. All others are, whatever happens, so that the first failure is the same one for any number of threads.
   *
   * @param exception asked for if this is the first one up to now
   */
  synchronized void fail(int task, Supplier<RuntimeException> exception) {
    values[task] = Double.NaN;
    done[task] = true;
    if (task < firstFailure) {
      firstFailure = task;
      failure = exception.get();
    }
  }

  /** Gives back what it holds on a GPU. */
  void close() {
    if (batches != null) {
      batches.close();
    }
  }

  private long operations(int n) {
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += done[i] ? 0 : operations(regularizer, inputs[i]);
    }
    return sum;
  }

  /** Of somebody else's regularizer nothing is known: as if it looked at each element once. */
  static long operations(Regularizer r, Matrix z) {
    return r instanceof StepRegularizer ours ? ours.operations(z) : (long) z.rows() * z.columns();
  }
}
