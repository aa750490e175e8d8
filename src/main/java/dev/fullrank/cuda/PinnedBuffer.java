package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;

/** Pinned host memory that grows to the largest size asked for. One thread at a time. */
final class PinnedBuffer {
  private final CudaContext context;
  private MemorySegment memory = MemorySegment.NULL;

  PinnedBuffer(CudaContext context) {
    this.context = context;
  }

  /** At least so many bytes; contents are undefined after growth. */
  MemorySegment atLeast(long size) {
    if (memory.byteSize() < size) {
      free();
      memory = MemorySegment.ofAddress(context.allocateHost(size)).reinterpret(size);
    }
    return memory;
  }

  /** Gives the memory back. */
  void free() {
    if (memory.byteSize() > 0) {
      long address = memory.address();
      memory = MemorySegment.NULL;
      context.freeHost(address);
    }
  }
}
