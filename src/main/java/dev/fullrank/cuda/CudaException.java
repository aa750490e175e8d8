package dev.fullrank.cuda;

/** A call of CUDA, cuBLAS or cuSOLVER that reported an error. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What the reported code means for the caller. */
  public enum Kind {
    /** Not enough memory on the device, or not enough that can be pinned on the host; nothing else is affected. */
    OUT_OF_MEMORY,
    /** The context is broken: every later call on it fails too (illegal address, failed launch, hardware fault). */
    CONTEXT_LOST,
    /** Any other error, of this call alone. */
    OTHER
  }

  private final Kind kind;

  /**
   * @param function the function that was called
   * @param error its name for the error
   */
  public CudaException(String function, String error, Kind kind) {
    super(function + " reported " + error);
    this.kind = kind;
  }

  /** What the error means for the caller. */
  public Kind kind() {
    return kind;
  }
}
