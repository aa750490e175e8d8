package dev.fullrank.repository.planted.cpu;

import dev.fullrank.repository.planted.cuda.Gpu;

/** A device that knows another one. */
public final class HandsOver {
  private HandsOver() {}

  /** How many others there are. */
  public static int count() {
    return Gpu.count();
  }
}
