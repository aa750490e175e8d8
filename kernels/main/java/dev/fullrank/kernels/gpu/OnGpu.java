package dev.fullrank.kernels.gpu;

import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaLibrary;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One part of what {@code run} does on a machine with a GPU.
 *
 * <pre>  doctor | contract [--quick] | launches | speed [--quick] [--python COMMAND] [--json FILE]</pre>
 *
 * <p>Exit code 0: passed; 1: something failed, or there is no GPU and {@code -Dfullrank.requireCuda=true}; 2: wrong arguments.
 */
public final class OnGpu {
  private static final String REQUIRED = "fullrank.requireCuda";
  private static final List<String> PARTS = List.of("doctor", "contract", "launches", "speed");
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private OnGpu() {}

  /** Runs the part that the first argument names, and ends the process. */
  public static void main(String[] arguments) {
    // Names have Greek letters and ×, whatever the locale of a container is.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(out, List.of(arguments), Boolean.getBoolean(REQUIRED)));
  }

  /**
   * Runs a part within this process.
   *
   * @param required whether a missing device is a failure; else the part is skipped
   * @return the exit code
   */
  static int run(PrintStream out, List<String> arguments, boolean required) {
    if (arguments.isEmpty() || !PARTS.contains(arguments.getFirst())) {
      out.println("one of " + PARTS + " is expected");
      return MISUSED;
    }
    return switch (CudaAvailability.get()) {
      case CudaAvailability.Available(CudaLibrary library) -> run(library, out, arguments);
      case CudaAvailability.Missing missing -> {
        out.println("  " + (required ? "FAILED" : "skipped") + "  no CUDA device: " + missing.explanation());
        yield required ? FAILED : PASSED;
      }
    };
  }

  private static int run(CudaLibrary library, PrintStream out, List<String> arguments) {
    boolean quick = arguments.contains("--quick");
    Checklist list = new Checklist(out);
    // Held throughout: a context that nobody retains is destroyed, with all that is in it.
    try (CudaContext _ = library.context(Gpu.DEVICE.ordinal())) {
      switch (arguments.getFirst()) {
        case "doctor" -> Doctor.run(library, list);
        case "contract" -> contract(quick ? Sizes.QUICK : Sizes.FULL, list, out);
        case "launches" -> Launches.run(list);
        default -> Speed.run(library, SpeedPlan.of(arguments), list, out);
      }
    }
    out.println(list.failures() == 0 ? "  all checks passed" : "  " + list.failures() + " checks failed");
    return list.failures() == 0 ? PASSED : FAILED;
  }

  /** What the library promises, on the GPU. */
  static void contract(Sizes sizes, Checklist list, PrintStream out) {
    DecompositionChecks.run(sizes, list);
    NonFiniteChecks.run(list);
    BitChecks.run(sizes, list);
    ListChecks.run(sizes, list);
    LargeChecks.run(sizes, list);
    MemoryChecks.run(sizes, list);
    SuiteChecks.run(sizes, list, out);
  }
}
