package dev.fullrank.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import dev.fullrank.cpu.KernelChoice;
import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaLibrary;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Looks at the Java runtime and the hardware under it. */
final class Machine {
  private static final int JAVA = 25;

  /** The tier of C2 among HotSpot's compilers. */
  private static final int C2_TIER = 4;

  private static final long MEBIBYTE = 1 << 20;

  private Machine() {}

  static List<Finding> examine() {
    KernelChoice choice = KernelChoice.get();
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk(Runtime.version().feature()));
    findings.add(vectors(choice.vectorBits(), choice.refusal()));
    findings.add(compiler(flag("TieredStopAtLevel"), System.getProperty("java.vm.info", "")));
    findings.add(cores(Runtime.getRuntime().availableProcessors()));
    findings.add(memory(Runtime.getRuntime().maxMemory(), physicalMemory()));
    findings.addAll(gpus(CudaAvailability.get()));
    return findings;
  }

  static Finding jdk(int feature) {
    String fact = System.getProperty("java.vendor") + " " + Runtime.version() + ", " + System.getProperty("java.home");
    return feature == JAVA
        ? Finding.good("JDK", fact)
        : Finding.lacking("JDK", fact + ", not the tested " + JAVA, "set JAVA_HOME to a JDK " + JAVA);
  }

  static Finding vectors(int bits, @Nullable String refusal) {
    return refusal == null
        ? Finding.good(
            "Vector API", bits + "-bit vectors: " + bits / Double.SIZE + " doubles or " + bits / Float.SIZE + " floats at once")
        : Finding.lacking("Vector API", "not used, the scalar kernels run in its place", refusal);
  }

  /** The level at which compilation stops, if the virtual machine tells, and what it says of its mode. */
  static Finding compiler(@Nullable String stopAtLevel, String mode) {
    if (mode.contains("interpreted")) {
      return Finding.lacking("C2 compiler", "nothing is compiled (" + mode + ")", "remove -Xint");
    } else if (stopAtLevel == null) {
      return Finding.neutral("C2 compiler", "this virtual machine does not tell", "");
    }
    return Integer.parseInt(stopAtLevel) >= C2_TIER
        ? Finding.good("C2 compiler", "on")
        : Finding.lacking("C2 compiler", "off", "remove -XX:TieredStopAtLevel=" + stopAtLevel);
  }

  static Finding cores(int count) {
    return Finding.neutral("cores", count + ", " + System.getProperty("os.arch") + ", " + System.getProperty("os.name"), "");
  }

  static Finding memory(long heap, long physical) {
    String fact = heap / MEBIBYTE + " MiB of heap at most, " + physical / MEBIBYTE + " MiB in the machine";
    // The statistics of d columns keep about two d×d matrices of doubles.
    long columns = (long) Math.sqrt(heap / 2.0 / (2 * Double.BYTES));
    return Finding.neutral("memory", fact, "enough for about " + columns + " columns and any number of rows; -Xmx changes it");
  }

  /** One finding for each GPU, or one that says why there is none. */
  static List<Finding> gpus(CudaAvailability availability) {
    return switch (availability) {
      case CudaAvailability.Available(CudaLibrary library) ->
          IntStream.range(0, library.deviceCount()).mapToObj(ordinal -> gpu(library, ordinal)).toList();
      case CudaAvailability.Missing(String reason, String remedy, boolean driver) ->
          List.of(driver ? Finding.lacking("GPU", reason, remedy) : Finding.neutral("GPU", reason, remedy));
    };
  }

  private static Finding gpu(CudaLibrary library, int ordinal) {
    CudaLibrary.Properties gpu = library.properties(ordinal);
    String fact =
        String.format(
            Locale.ROOT,
            "%s, compute capability %d.%d, %d multiprocessors, %d MiB; driver for CUDA %d.%d",
            gpu.name(),
            gpu.computeCapability() / 10,
            gpu.computeCapability() % 10,
            gpu.multiprocessors(),
            gpu.memory() / MEBIBYTE,
            library.driverVersion() / 1000,
            library.driverVersion() % 1000 / 10);
    return Finding.good(ordinal == 0 ? "GPU" : "GPU " + ordinal, fact);
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os ? os.getTotalMemorySize() : 0;
  }

  private static @Nullable String flag(String name) {
    try {
      HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return bean == null ? null : bean.getVMOption(name).getValue();
    } catch (IllegalArgumentException e) {
      return null; // another virtual machine
    }
  }
}
