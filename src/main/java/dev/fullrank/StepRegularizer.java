package dev.fullrank;

import dev.fullrank.cpu.WorkspacePool;
import java.util.List;

/** What all regularizers of this library share: argument checks, workspaces and evaluations. */
abstract sealed class StepRegularizer implements Regularizer permits SpectralRegularizer, MomentRegularizer, WeightedSum {
  private final WorkspacePool<Step> pool;
  private final WorkspacePool<ListEvaluator> lists;

  StepRegularizer() {
    this.pool = new WorkspacePool<>(() -> newStep());
    this.lists = new WorkspacePool<>(() -> new ListEvaluator(this));
  }

  /** A new workspace. */
  abstract Step newStep();

  /**
   * What is demanded of the matrix alone.
   *
   * @throws IllegalArgumentException if it is refused
   */
  abstract void checkInput(Matrix z);

  /** Threads that one evaluation may use; 0 means all. */
  abstract int threads();

  /** About how many multiply-adds one evaluation takes. */
  abstract long operations(Matrix z);

  final void requireOpen() {
    pool.requireOpen();
  }

  @Override
  public final Evaluation forward(Matrix z) {
    checkInput(z);
    Step step = pool.acquire();
    try {
      step.forward(z);
      return new StepEvaluation(step, z, () -> release(step));
    } catch (Throwable t) {
      release(step);
      throw t;
    }
  }

  @Override
  public final double value(Matrix z) {
    checkInput(z);
    Step step = pool.acquire();
    try {
      return step.valueAlone(z);
    } finally {
      release(step);
    }
  }

  @Override
  public final double valueAndGradient(Matrix z, Matrix gradient) {
    checkInput(z);
    Checks.gradient(z, gradient);
    Step step = pool.acquire();
    try {
      return step.valueAndGradient(z, gradient);
    } finally {
      release(step);
    }
  }

  @Override
  public final void valuesAndGradients(List<Matrix> inputs, List<Matrix> gradients, double[] values) {
    ListEvaluator evaluator = lists.acquire();
    try {
      evaluator.evaluate(inputs, gradients, values);
    } finally {
      lists.release(evaluator);
    }
  }

  private void release(Step step) {
    step.release();
    pool.release(step);
  }

  @Override
  public final void close() {
    pool.close();
    lists.close();
  }
}
