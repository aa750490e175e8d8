package dev.fullrank.repository.planted.linalg;

import dev.fullrank.repository.planted.cpu.Device;

/** An algorithm that knows a device. */
public final class PicksADevice {
  private PicksADevice() {}

  /** Steps that depend on the device. */
  public static int steps() {
    return 2 * Device.cores();
  }
}
