package dev.fullrank.kernels.gpu;

/**
 * What was measured of a case.
 *
 * @param rate bytes that the step has to move, a second; 0 where that is not its limit
 * @param copyRate bytes a second, read and written, of a copy of the matrix on the device; 0 likewise
 */
record SpeedRow(SpeedCase of, Timing timing, double rate, double copyRate) {
  private static final double MICRO = 1e6;

  double microseconds() {
    return timing.median() * MICRO;
  }

  boolean hasRate() {
    return rate > 0;
  }

  /** The rate beside that of the copy. */
  double ofCopy() {
    return rate / copyRate;
  }
}
