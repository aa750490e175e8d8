package dev.fullrank.jmh.bench;

import dev.fullrank.Device;
import dev.fullrank.DeviceException;
import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaLibrary;
import dev.fullrank.cuda.CudaSession;
import dev.fullrank.kernels.gpu.Card;
import dev.fullrank.kernels.gpu.Dialogue;
import dev.fullrank.kernels.gpu.Gpu;
import dev.fullrank.kernels.gpu.PyTorch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run on a GPU.
 *
 * @param gemmOrder of the product whose rate the floor is reckoned at
 * @param python whose PyTorch is measured, if it has one that finds the GPU
 */
record GpuBench(Device device, List<GpuProblem> problems, Set<GpuContender> wanted, GpuEffort effort, int gemmOrder, String python) {
  /** γ of the hinge, the default of the library. */
  private static final double GAMMA = 1;

  /**
   * Measures and reports.
   *
   * @param options as they were given
   * @return whether all answers were right
   * @throws DeviceException before anything is measured, if the device cannot be used
   */
  boolean run(PrintStream out, Machine machine, String options, @Nullable Path json, @Nullable Path svg) throws IOException {
    CudaSession.of(device);
    CudaLibrary library = ((CudaAvailability.Available) CudaAvailability.get()).library();
    Card card = Card.of(library, device);
    GpuResults results = new GpuResults();
    GpuTextReport text = new GpuTextReport(out, results);
    try (Gpu gpu = Gpu.open(device);
        PyTorch torch = torch(results)) {
      results.setGemmRate(GpuGemm.rate(gpu, gemmOrder, effort.seconds()));
      text.machine(card, machine);
      new GpuSession(device, gpu, torch, effort, results).run(problems, wanted, text::problem);
    }
    text.summary();
    if (json != null) {
      GpuJsonReport.write(json, card, machine, options, results);
    }
    if (svg != null) {
      Files.writeString(svg, new SvgReport(results.points()).toString());
    }
    return results.isClean();
  }

  private @Nullable PyTorch torch(GpuResults results) {
    if (wanted.stream().allMatch(contender -> contender.term().isEmpty())) {
      return null;
    }
    try {
      PyTorch torch = PyTorch.start(python, device, GAMMA);
      results.setTorch(torch.version());
      return torch;
    } catch (Dialogue.Failure e) {
      results.setTorch("no PyTorch beside: " + e.getMessage());
      return null;
    }
  }
}
