package dev.fullrank.repository.planted.cuda;

/** Stands for a device of few machines; breaks nothing. */
public final class Gpu {
  private Gpu() {}

  /** How many there are. */
  public static int count() {
    return 0;
  }
}
