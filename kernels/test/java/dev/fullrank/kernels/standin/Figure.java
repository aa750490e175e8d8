package dev.fullrank.kernels.standin;

/** What the stand-in counts. */
public enum Figure {
  /** Waits of the host for the device since the last reset: synchronize calls and copies without a stream. */
  SYNCHRONISATIONS("synchronisations"),
  /** Kernels since the last reset. */
  LAUNCHES("launches"),
  /** Copies from the host since the last reset. */
  COPIES_TO_DEVICE("copies to device"),
  /** Copies to the host since the last reset. */
  COPIES_TO_HOST("copies to host"),
  /** Bytes copied from the host since the last reset. */
  BYTES_TO_DEVICE("bytes to device"),
  /** Bytes copied to the host since the last reset. */
  BYTES_TO_HOST("bytes to host"),
  /** Device memory allocated now, in multiples of 256 bytes. */
  DEVICE_BYTES("device bytes"),
  /** Pieces of device memory allocated now. */
  DEVICE_ALLOCATIONS("device allocations"),
  /** Pinned host memory allocated now, in multiples of 256 bytes. */
  HOST_BYTES("host bytes"),
  /** Pieces of pinned host memory allocated now. */
  HOST_ALLOCATIONS("host allocations"),
  /** Pieces of memory with a byte changed just outside of them, or inside after they were freed. */
  DAMAGED("damaged"),
  /**
   * Streams, events, handles and pieces of memory that a primary context still had when its last reference was given back, since the last
   * reset.
   */
  LEFT("left"),
  /** Streams that exist now, default streams not counted. */
  STREAMS("streams"),
  /** Events that exist now. */
  EVENTS("events"),
  /** Graphs alive now, executable or not. */
  GRAPHS("graphs"),
  /** Modules that are loaded now. */
  MODULES("modules"),
  /** Handles of cuBLAS and cuSOLVER, and parameters of gesvdj, that exist now. */
  HANDLES("handles"),
  /** References to primary contexts. */
  CONTEXTS_RETAINED("contexts retained");

  private final String key;

  Figure(String key) {
    this.key = key;
  }

  /** Its name in C. */
  String key() {
    return key;
  }
}
