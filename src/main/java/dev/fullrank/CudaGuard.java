package dev.fullrank;

import dev.fullrank.cuda.CudaException;
import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.CudaWorkspace;
import java.util.function.Supplier;

/** A workspace on a GPU, entered for each piece of work: binds the device to the calling thread, and tells the caller of its failures. */
final class CudaGuard {
  private final CudaSession session;
  private final CudaWorkspace workspace;
  private boolean usable = true;

  /**
   * @throws DeviceException if there is no memory for it, or the device was lost
   */
  CudaGuard(CudaSession session) {
    this.session = session;
    session.enter();
    try {
      this.workspace = new CudaWorkspace(session);
    } catch (CudaException e) {
      throw session.failure(e);
    }
  }

  CudaWorkspace workspace() {
    return workspace;
  }

  void run(Runnable work) {
    session.enter();
    try {
      work.run();
    } catch (CudaException e) {
      usable = false;
      throw session.failure(e);
    }
  }

  <T> T get(Supplier<T> work) {
    session.enter();
    try {
      return work.get();
    } catch (CudaException e) {
      usable = false;
      throw session.failure(e);
    }
  }

  /** Frees the caller's stream after an evaluation. */
  void leave() {
    if (usable && session.isAlive()) {
      run(workspace::leave);
    }
  }

  /** Whether nothing has failed. */
  boolean isUsable() {
    return usable;
  }

  /** Gives everything back; of a lost device nothing can be. */
  void close() {
    if (session.isAlive()) {
      run(workspace::close);
    }
  }
}
