package dev.fullrank;

import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.CudaWorkspace;
import java.util.function.Function;

/** A step on a GPU, with the workspace that it computes in. */
final class CudaStep extends GuardedOutcome implements Step {
  private final Step step;

  private CudaStep(CudaGuard guard, Step step) {
    super(guard, step);
    this.step = step;
  }

  /**
   * @param factory makes the step that computes
   * @throws DeviceException if there is no memory for it, or the device was lost
   */
  static CudaStep of(CudaSession session, Function<CudaWorkspace, Step> factory) {
    CudaGuard guard = new CudaGuard(session);
    return new CudaStep(guard, factory.apply(guard.workspace()));
  }

  @Override
  public void forward(Matrix z) {
    guard().run(() -> step.forward(z));
  }

  @Override
  public double valueAlone(Matrix z) {
    return guard().get(() -> step.valueAlone(z));
  }

  @Override
  public double valueAndGradient(Matrix z, Matrix gradient) {
    return guard().get(() -> step.valueAndGradient(z, gradient));
  }

  @Override
  public void release() {
    step.release();
    guard().leave();
  }

  @Override
  public boolean isUsable() {
    return guard().isUsable();
  }

  @Override
  public void close() {
    guard().close();
  }
}
