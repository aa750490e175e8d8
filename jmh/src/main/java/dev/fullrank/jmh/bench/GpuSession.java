package dev.fullrank.jmh.bench;

import dev.fullrank.Device;
import dev.fullrank.DeviceException;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.VarianceHinge;
import dev.fullrank.cuda.CudaException;
import dev.fullrank.cuda.CudaQueue;
import dev.fullrank.kernels.gpu.Dialogue;
import dev.fullrank.kernels.gpu.Gpu;
import dev.fullrank.kernels.gpu.PyTorch;
import dev.fullrank.kernels.gpu.Timing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the contenders through the problems on one GPU: each has to give the right answer before it is timed. */
final class GpuSession {
  private final Device device;
  private final Gpu gpu;
  private final @Nullable PyTorch torch;
  private final GpuEffort effort;
  private final GpuResults results;

  /** Seconds for a unit of work when a contender was last seen, to foresee which calls would take too long. */
  private final Map<String, Double> pace = new HashMap<>();

  GpuSession(Device device, Gpu gpu, @Nullable PyTorch torch, GpuEffort effort, GpuResults results) {
    this.device = device;
    this.gpu = gpu;
    this.torch = torch;
    this.effort = effort;
    this.results = results;
  }

  /** Runs the problems in their order and reports each when it is done. */
  void run(List<GpuProblem> problems, Set<GpuContender> wanted, Consumer<GpuProblem> done) {
    GpuProblem before = null;
    GpuReference reference = null;
    for (GpuProblem problem : problems) {
      if (before == null || reference == null || !problem.hasDataOf(before)) {
        reference = GpuReference.of(problem);
      }
      before = problem;
      Matrix numbers = reference.matrix(problem);
      if (problem.operation() == GpuOperation.HINGE) {
        copy(problem, numbers);
      }
      for (GpuContender contender : wanted) {
        if (contender.offers(problem) && (contender.term().isEmpty() || torch != null)) {
          measure(problem, contender, reference, numbers);
        }
      }
      done.accept(problem);
    }
  }

  /** Times a copy of the matrix; where there is no memory for it, there is none for the contenders, who say so. */
  private void copy(GpuProblem problem, Matrix numbers) {
    try {
      Matrix from = gpu.copy(numbers, numbers.columns());
      Matrix to = gpu.empty(numbers.type(), numbers.rows(), numbers.columns(), numbers.columns());
      CudaQueue queue = gpu.queue();
      long bytes = numbers.segment().byteSize();
      Timing timing = Timing.of(() -> queue.copy(to.address(), from.address(), bytes), queue::synchronize, effort.seconds());
      results.addCopy(problem, timing.median() * GpuRow.MILLI);
    } catch (CudaException e) {
      if (e.kind() != CudaException.Kind.OUT_OF_MEMORY) {
        throw e;
      }
    } finally {
      gpu.freeAll();
    }
  }

  private void measure(GpuProblem problem, GpuContender contender, GpuReference reference, Matrix numbers) {
    String kind =
        String.join(" ", contender.label(), problem.operation().label(), problem.direction().label(), problem.typeLabel());
    // This library is what the run is about; and what is foreseen may be wrong by the shape.
    double limit = contender == GpuContender.FULLRANK ? Double.POSITIVE_INFINITY : effort.longestCall();
    double foreseen = pace.getOrDefault(kind, 0.0) * problem.work();
    if (foreseen > 2 * limit) {
      results.addAbsence(contender, problem, tooSlow("would take about", foreseen));
      return;
    }
    try (GpuTask task = task(problem, contender, numbers)) {
      Accuracy accuracy = task.accuracy(reference);
      double seconds = task.secondsOfCall();
      pace.put(kind, seconds / problem.work());
      if (!contender.agrees(accuracy, problem.isFloat())) {
        results.addWrong(contender, problem, accuracy);
      } else if (seconds > limit) {
        results.addAbsence(contender, problem, tooSlow("takes", seconds));
      } else {
        results.add(new GpuRow(problem, contender, task.time(effort.seconds()), accuracy));
      }
    } catch (DeviceException | CudaException | ArithmeticException | IllegalStateException | Dialogue.Failure e) {
      gpu.freeAll();
      results.addAbsence(contender, problem, String.valueOf(e.getMessage()));
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  private GpuTask task(GpuProblem problem, GpuContender contender, Matrix numbers) throws Dialogue.Failure {
    if (contender.term().isPresent()) {
      if (torch == null) {
        throw new IllegalStateException("there is no PyTorch");
      }
      return new TorchTask(torch, contender.term().get(), problem, numbers);
    }
    Regularizer regularizer =
        problem.operation() == GpuOperation.HINGE
            ? VarianceHinge.builder().device(device).build()
            : MeanSingularValue.builder().device(device).route(contender == GpuContender.JACOBI ? Route.JACOBI : Route.AUTO).build();
    try {
      return new GpuStep(gpu, regularizer, problem, numbers);
    } catch (RuntimeException e) {
      regularizer.close();
      throw e;
    }
  }

  private String tooSlow(String verb, double seconds) {
    return "not timed: a call %s %.2g s, longer than the %.2g s allowed here".formatted(verb, seconds, effort.longestCall());
  }
}
