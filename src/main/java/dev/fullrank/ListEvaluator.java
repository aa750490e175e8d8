package dev.fullrank;

import dev.fullrank.cpu.Parallel;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a regularizer on each matrix of a list, one matrix to a thread at a time. A workspace: one caller at a time, nothing
 * allocated once it has seen a list as long.
 */
final class ListEvaluator implements Parallel.Job {
  private static final double[] NONE = {};

  private final Regularizer regularizer;
  private final Parallel parallel;
  private final ListOverlaps overlaps = new ListOverlaps();
  private Matrix[] inputs = {};
  private Matrix[] gradients = {};
  private double[] values = NONE;
  private int firstFailure;
  private @Nullable RuntimeException failure;

  ListEvaluator(Regularizer regularizer) {
    this.regularizer = regularizer;
    this.parallel = Parallel.of(regularizer instanceof StepRegularizer ours ? ours.threads() : 1);
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
    try {
      check(n);
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
    try {
      values[task] = regularizer.valueAndGradient(inputs[task], gradients[task]);
    } catch (RuntimeException e) {
      values[task] = Double.NaN;
      keep(task, e);
    }
  }

  /** All tasks are done whatever happens, so that the first failure is the same one for any number of threads. */
  private synchronized void keep(int task, RuntimeException e) {
    if (task < firstFailure) {
      firstFailure = task;
      failure = e;
    }
  }

  private long operations(int n) {
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += operations(regularizer, inputs[i]);
    }
    return sum;
  }

  /** Of somebody else's regularizer nothing is known: as if it looked at each element once. */
  static long operations(Regularizer r, Matrix z) {
    return r instanceof StepRegularizer ours ? ours.operations(z) : (long) z.rows() * z.columns();
  }
}
