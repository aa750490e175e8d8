package dev.fullrank.jmh.bench;

import dev.fullrank.Matrix;
import dev.fullrank.kernels.gpu.Dialogue;
import dev.fullrank.kernels.gpu.PyTorch;
import dev.fullrank.kernels.gpu.Timing;
import dev.fullrank.kernels.gpu.TorchStep;

/** PyTorch at a problem, on the same GPU. */
final class TorchTask implements GpuTask {
  private final PyTorch torch;
  private final PyTorch.Result result;

  TorchTask(PyTorch torch, String term, GpuProblem problem, Matrix numbers) throws Dialogue.Failure {
    this.torch = torch;
    Shape shape = problem.shape();
    TorchStep step = new TorchStep(term, problem.type(), problem.wantsGradient(), problem.count(), shape.b(), shape.d());
    this.result = torch.prepare(step, numbers);
  }

  @Override
  public Accuracy accuracy(GpuReference reference) {
    Matrix gradient = result.gradient();
    return reference.accuracy(result.value(), gradient == null ? new double[0] : FullrankContender.widened(gradient));
  }

  @Override
  public double secondsOfCall() {
    return result.seconds();
  }

  @Override
  public Timing time(double seconds) throws Dialogue.Failure {
    return torch.time(seconds);
  }

  @Override
  public void close() {
    // the next step takes its place
  }
}
