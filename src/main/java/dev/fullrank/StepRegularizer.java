package dev.fullrank;

import dev.fullrank.cpu.WorkspacePool;
import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.CudaWorkspace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all regularizers of this library share: argument checks, workspaces and evaluations. */
abstract sealed class StepRegularizer implements Regularizer permits SpectralRegularizer, MomentRegularizer, WeightedSum {
  private final Device device;
  private final @Nullable CudaSession session;
  private final WorkspacePool<Step> pool;
  private final WorkspacePool<ListEvaluator> lists;

  /**
   * A regularizer that computes on the device.
   *
   * @throws DeviceException if the device cannot be used
   */
  StepRegularizer(Device device) {
    this.device = device;
    this.session = device.isCuda() ? CudaSession.of(device) : null;
    this.pool = new WorkspacePool<>(() -> session == null ? newStep() : CudaStep.of(session, this::newStep), Step::close);
    this.lists = new WorkspacePool<>(() -> new ListEvaluator(this), ListEvaluator::close);
  }

  /** A new workspace on the CPU. */
  abstract Step newStep();

  /** A new workspace on a GPU, which owns all memory there. */
  abstract Step newStep(CudaWorkspace workspace);

  /**
   * What is demanded of the shape of a matrix.
   *
   * @throws IllegalArgumentException if it is refused
   */
  abstract void checkShape(Matrix z);

  /**
   * What is demanded of a matrix.
   *
   * @throws IllegalArgumentException if it is refused
   */
  final void checkInput(Matrix z) {
    Checks.device(device, z);
    checkShape(z);
  }

  final Device device() {
    return device;
  }

  /** Threads that one evaluation may use; 0 means all. */
  abstract int threads();

  /** About how many multiply-adds one evaluation takes. */
  abstract long operations(Matrix z);

  /** The device's session; null on the CPU. */
  final @Nullable CudaSession session() {
    return session;
  }

  final void requireOpen() {
    pool.requireOpen();
  }

  @Override
  public final Evaluation forward(Matrix z) {
    checkInput(z);
    Step step = pool.acquire();
    try {
      step.forward(z);
      return new StepEvaluation(device, step, z, () -> release(step));
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
    Checks.gradient(device, z, gradient);
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
    if (step.isUsable()) {
      pool.release(step);
    } else {
      step.close();
    }
  }

  @Override
  public final void close() {
    pool.close();
    lists.close();
  }
}
