package dev.fullrank.check;

/** How much of the suite to run. */
public enum Extent {
  /** Small matrices, a few seconds: what {@code fullrank check} runs on a user's machine. */
  SHORT,
  /** All sizes: what the build runs. */
  FULL
}
