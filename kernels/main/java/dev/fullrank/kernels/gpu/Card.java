package dev.fullrank.kernels.gpu;

import dev.fullrank.Device;
import dev.fullrank.cuda.CudaLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A GPU and the driver that runs it.
 *
 * @param name of the product
 * @param computeCapability major·10 + minor
 * @param multiprocessors how many
 * @param memory bytes
 * @param cuda version of CUDA that the driver is for, major·1000 + minor·10
 * @param driver what the kernel module says of itself; empty where it says nothing
 */
public record Card(String name, int computeCapability, int multiprocessors, long memory, int cuda, String driver) {
  private static final Path MODULE = Path.of("/proc/driver/nvidia/version");

  /** The card of a device. */
  public static Card of(CudaLibrary library, Device device) {
    CudaLibrary.Properties properties = library.properties(device.ordinal());
    return new Card(
        properties.name(),
        properties.computeCapability(),
        properties.multiprocessors(),
        properties.memory(),
        library.driverVersion(),
        kernelModule());
  }

  private static String kernelModule() {
    try {
      return Files.isReadable(MODULE) ? Files.readAllLines(MODULE).getFirst().strip() : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** As in 9.0. */
  public String capability() {
    return computeCapability / 10 + "." + computeCapability % 10;
  }

  /** As in 12.4. */
  public String cudaVersion() {
    return cuda / 1000 + "." + cuda % 1000 / 10;
  }

  /** The card in a line. */
  public String card() {
    return String.format(
        Locale.ROOT,
        "%s, compute capability %s, %d multiprocessors, %d MiB",
        name,
        capability(),
        multiprocessors,
        memory >> 20);
  }

  /** The driver in a line. */
  public String software() {
    return "for CUDA " + cudaVersion() + (driver.isEmpty() ? "" : ", " + driver);
  }
}
