package dev.fullrank.repository.planted.linalg;

import dev.fullrank.repository.planted.cuda.Gpu;

/** An algorithm that knows a GPU. */
public final class PicksAGpu {
  private PicksAGpu() {}

  /** Steps that depend on the GPU. */
  public static int steps() {
    return 2 + Gpu.count();
  }
}
