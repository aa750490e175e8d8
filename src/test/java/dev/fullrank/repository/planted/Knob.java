package dev.fullrank.repository.planted;

/** A global tuning knob. */
public final class Knob {
  /** How large a block is, for everybody. */
  @SuppressWarnings("NonFinalStaticField")
  public static int blockSize = 64;

  private Knob() {}
}
