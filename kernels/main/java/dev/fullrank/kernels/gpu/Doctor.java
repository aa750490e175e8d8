package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.cuda.CudaLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Says what there is: Java, driver, device, the libraries that were loaded, and whether they compute. */
final class Doctor {
  private static final Pattern LIBRARY = Pattern.compile("/lib(cuda|cublas|cublasLt|cusolver|cusolverMg|cusparse|nvJitLink)\\.so[.\\d]*$");

  private static final Path MAPPED = Path.of("/proc/self/maps");

  private Doctor() {}

  static void run(CudaLibrary library, Checklist list) {
    list.check("Java", () -> System.getProperty("java.vendor") + " " + Runtime.version());
    list.check("driver", () -> Card.of(library, Gpu.DEVICE).software());
    list.check("device", () -> Card.of(library, Gpu.DEVICE).card());
    list.check("memory", () -> {
      try (Gpu gpu = Gpu.open()) {
        return (gpu.freeMemory() >> 20) + " MiB free";
      }
    });
    list.check("s_μ of diag(3, 4)", Doctor::firstNumber);
    list.check("libraries", Doctor::libraries);
  }

  private static String firstNumber() {
    try (MeanSingularValue r = MeanSingularValue.builder().device(Gpu.DEVICE).build()) {
      double mean = r.value(Matrix.of(new double[] {3, 0, 0, 4}, 2, 2));
      require(Math.abs(mean - 3.5) < 1e-12, "is " + mean + ", not 3.5");
      return String.format(Locale.ROOT, "%.12f", mean);
    }
  }

  /** As the process has them mapped, which is where they were really found. */
  private static String libraries() throws IOException {
    List<String> paths =
        Files.readAllLines(MAPPED).stream()
            .map(line -> line.substring(Math.max(0, line.indexOf('/'))))
            .filter(path -> LIBRARY.matcher(path).find())
            .distinct()
            .sorted()
            .toList();
    require(!paths.isEmpty(), "none is mapped");
    return String.join(" ", paths);
  }
}
