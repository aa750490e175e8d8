package dev.fullrank.repository.planted.cpu;

/** Stands for the device layer; breaks nothing. */
public final class Device {
  private Device() {}

  /** How many cores there are. */
  public static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }
}
