package dev.fullrank.jmh.bench;

import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.kernels.gpu.Gpu;
import dev.fullrank.kernels.gpu.Timing;
import java.util.Arrays;
import java.util.List;

/** This library at a problem, on matrices in the memory of the GPU. */
final class GpuStep implements GpuTask {
  private static final double NANO = 1e-9;

  private final Gpu gpu;
  private final Regularizer regularizer;
  private final GpuProblem problem;
  private final Matrix z;
  private final Matrix gradient;
  private final List<Matrix> inputs;
  private final List<Matrix> gradients;
  private final double[] values;
  private final double value;
  private final Matrix result;
  private final double secondsOfCall;

  /** Takes over the regularizer, and all memory of the GPU. */
  GpuStep(Gpu gpu, Regularizer regularizer, GpuProblem problem, Matrix numbers) {
    this.gpu = gpu;
    this.regularizer = regularizer;
    this.problem = problem;
    int d = problem.shape().d();
    z = gpu.copy(numbers, d);
    gradient = gpu.empty(problem.type(), problem.rows(), d, d);
    inputs = GpuReference.split(z, problem.count());
    gradients = GpuReference.split(gradient, problem.count());
    values = new double[problem.count()];
    value = firstValue();
    result = gpu.fetch(gradient);
    long start = System.nanoTime();
    run();
    gpu.queue().synchronize();
    secondsOfCall = (System.nanoTime() - start) * NANO;
  }

  private double firstValue() {
    if (problem.operation() == GpuOperation.BATCH) {
      run();
      return Arrays.stream(values).sum();
    }
    return problem.wantsGradient() ? regularizer.valueAndGradient(z, gradient) : regularizer.value(z);
  }

  private void run() {
    if (problem.operation() == GpuOperation.BATCH) {
      regularizer.valuesAndGradients(inputs, gradients, values);
    } else if (problem.wantsGradient()) {
      try (Evaluation evaluation = regularizer.forward(z)) {
        evaluation.gradient(1, gradient);
      }
    } else {
      values[0] = regularizer.value(z);
    }
  }

  @Override
  public Accuracy accuracy(GpuReference reference) {
    return reference.accuracy(value, problem.wantsGradient() ? FullrankContender.widened(result) : new double[0]);
  }

  @Override
  public double secondsOfCall() {
    return secondsOfCall;
  }

  @Override
  public Timing time(double seconds) {
    Timing timing = Timing.of(this::run, gpu.queue()::synchronize, seconds);
    if (gpu.fetch(gradient).segment().mismatch(result.segment()) != -1) {
      throw new IllegalStateException("the gradient has changed while it was timed");
    }
    return timing;
  }

  @Override
  public void close() {
    try (regularizer) {
      gpu.freeAll();
    }
  }
}
