package dev.fullrank.cuda;

/** Device memory that grows to the largest size asked for and is kept between calls. One thread at a time. */
final class DeviceBuffer {
  private final CudaContext context;
  private final Runnable moved;
  private long address;
  private long bytes;

  /**
   * @param moved run when the address is another one
   */
  DeviceBuffer(CudaContext context, Runnable moved) {
    this.context = context;
    this.moved = moved;
  }

  /** At least so many bytes; contents are undefined after growth. */
  long atLeast(long size) {
    if (bytes < size) {
      free();
      address = context.allocate(size);
      bytes = size;
      moved.run();
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
