package dev.fullrank.cli;

/**
 * One line of the doctor.
 *
 * @param subject what was looked at
 * @param state whether all is well
 * @param fact what was found
 * @param remedy what would make it better, or nothing
 */
record Finding(String subject, State state, String fact, String remedy) {
  /** Whether all is well. */
  enum State {
    GOOD,
    LACKING,
    NEUTRAL
  }

  static Finding good(String subject, String fact) {
    return new Finding(subject, State.GOOD, fact, "");
  }

  static Finding lacking(String subject, String fact, String remedy) {
    return new Finding(subject, State.LACKING, fact, remedy);
  }

  static Finding neutral(String subject, String fact, String remedy) {
    return new Finding(subject, State.NEUTRAL, fact, remedy);
  }
}
