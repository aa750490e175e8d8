package dev.fullrank.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A program that prints what becomes of loading CUDA. The property {@code driver} names another file than the driver's. */
final class LoadsCuda {
  private LoadsCuda() {}

  public static void main(String[] arguments) {
    if (Boolean.getBoolean("interrupted")) {
      Thread.currentThread().interrupt();
    }
    String driver = System.getProperty("driver");
    CudaAvailability found = driver == null ? CudaAvailability.get() : CudaLoader.load(withDriver(driver));
    System.out.println(
        switch (found) {
          case CudaAvailability.Available(CudaLibrary library) -> "available: " + library.properties(0).name();
          case CudaAvailability.Missing missing -> "missing: " + missing;
        });
    System.out.println("interrupted: " + Thread.currentThread().isInterrupted());
    System.out.println("libraries: " + mappedLibraries());
  }

  /** The names of all files of CUDA and JCuda that this process has mapped. */
  private static Set<String> mappedLibraries() {
    try {
      return Files.readAllLines(Path.of("/proc/self/maps")).stream()
          .map(line -> line.replaceFirst("^[^/]*.*/", "").replace(" (deleted)", ""))
          .filter(name -> name.matches("lib(cu|JCu).*"))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      return Set.of();
    }
  }

  private static CudaEnvironment withDriver(String driver) {
    CudaEnvironment here = CudaEnvironment.ofThisProcess();
    return new CudaEnvironment(here.platform(), driver, here.folders(), here.toolkits(), here.classes(), here.temporary());
  }
}
