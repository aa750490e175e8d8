package dev.fullrank.repository.planted;

import dev.fullrank.repository.planted.cpu.Device;
import org.jspecify.annotations.Nullable;

/** Internal types in public signatures. */
public final class LeaksInternals {
  private LeaksInternals() {}

  /** Takes an array of them. */
  public static int count(Device[] devices) {
    return devices.length;
  }

  /** Returns one. */
  public static @Nullable Device none() {
    return null;
  }
}
