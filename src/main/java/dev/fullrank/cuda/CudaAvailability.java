package dev.fullrank.cuda;

/** Whether this process can use CUDA: a working library, or why there is none. */
public sealed interface CudaAvailability {
  /**
   * The outcome for this process, found by the first call, which may take a second. Safe for use by any number of threads; does not
   * react to interruption.
   */
  static CudaAvailability get() {
    return CudaLoader.ofThisProcess();
  }

  /**
   * CUDA works here.
   *
   * @param library where everything begins
   */
  record Available(CudaLibrary library) implements CudaAvailability {}

  /**
   * CUDA does not work here.
   *
   * @param reason what is missing, a clause without a full stop
   * @param remedy what to do about it, likewise
   * @param driver whether there is an NVIDIA driver, so that something is wrong where otherwise something is merely not there
   */
  record Missing(String reason, String remedy, boolean driver) implements CudaAvailability {
    /** Both clauses in one. */
    public String explanation() {
      return reason + "; " + remedy;
    }
  }
}
