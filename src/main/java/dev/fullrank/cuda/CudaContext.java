package dev.fullrank.cuda;

/**
 * The primary context of one device. Safe for use by any number of threads; {@link #makeCurrent} comes first on each of them, and again
 * after anything that may have parked a virtual thread.
 */
public interface CudaContext extends AutoCloseable {
  /** Binds the context to the calling thread. */
  void makeCurrent();

  /** Loads a module from PTX text, which ends in NUL, or from a binary image. */
  long loadModule(byte[] image);

  /** The function of that name in a module. */
  long function(long module, String name);

  /** Compute capability of the device, major·10 + minor. */
  int computeCapability();

  /** The most shared memory of a block, in bytes, for functions that were allowed it. */
  int mostSharedBytes();

  /** Allows a function so much dynamic shared memory a block; without, it may have 48 KiB less its variables. */
  void allowSharedBytes(long function, int bytes);

  /** New device memory, aligned to 256 bytes. */
  long allocate(long bytes);

  /** Gives device memory back; waits for work that may use it. */
  void free(long address);

  /** New host memory that is pinned, so that copies need no wait; at most 2³¹ − 1 bytes in one piece. */
  long allocateHost(long bytes);

  /** Gives pinned memory back. */
  void freeHost(long address);

  /** Bytes of device memory that are free. */
  long freeMemory();

  /** A new queue with a stream of its own. */
  CudaQueue queue();

  /** A new stream for copies, which have so many places. */
  CopyQueue copyQueue(int places);

  /** Releases the primary context. */
  @Override
  void close();
}
