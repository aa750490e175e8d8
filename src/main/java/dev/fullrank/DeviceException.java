package dev.fullrank;

import org.jspecify.annotations.Nullable;

/** A GPU could not do what was asked of it. The message says why, and what to do. */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is the matter. */
  public enum Kind {
    /** There is no such device, or something that it needs is missing: nothing was done. */
    UNAVAILABLE,
    /** Its memory does not suffice. What this call had taken was given back; a smaller one may succeed. */
    OUT_OF_MEMORY,
    /** It failed in a way that leaves it unusable for this process. */
    LOST,
    /** A single call failed. */
    FAILED
  }

  private final Kind kind;

  /** An exception of that kind. */
  public DeviceException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What is the matter. */
  public Kind kind() {
    return kind;
  }
}
