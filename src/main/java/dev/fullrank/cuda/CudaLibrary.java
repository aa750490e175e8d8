package dev.fullrank.cuda;

/**
 * CUDA's driver, loaded and working: where everything begins. Handles and device addresses are numbers of 64 bits.
 *
 * <p>Every method of this interface, {@link CudaContext} and {@link CudaQueue} throws {@link CudaException} if CUDA reports an error.
 * Safe for use by any number of threads.
 */
public interface CudaLibrary {
  /**
   * What a device is.
   *
   * @param name of the product
   * @param computeCapability major·10 + minor
   * @param multiprocessors streaming multiprocessors
   * @param memory bytes of device memory
   */
  record Properties(String name, int computeCapability, int multiprocessors, long memory) {}

  /** The CUDA version of the driver, major·1000 + minor·10. */
  int driverVersion();

  /** How many devices there are. */
  int deviceCount();

  /** What a device is. */
  Properties properties(int ordinal);

  /** The primary context of a device, which other users of CUDA in this process share; retained until it is closed. */
  CudaContext context(int ordinal);
}
