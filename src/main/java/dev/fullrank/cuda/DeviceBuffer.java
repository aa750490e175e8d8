package dev.fullrank.cuda;

/** Device memory that grows to the largest size asked for and is kept between calls. One thread at a time. */
final class DeviceBuffer {
  private final CudaContext context;
  private long address;
  private long bytes;

  DeviceBuffer(CudaContext context) {
    this.context = context;
  }

  /** At least so many bytes; contents are undefined after growth. */
  long atLeast(long size) {
    if (bytes < size) {
      free();
      address = context.allocate(size);
      bytes = size;
    }
    return address;
  }

  /** Gives the memory back. */
  void free() {
    if (bytes > 0) {
      bytes = 0;
      context.free(address);
    }
  }
}
