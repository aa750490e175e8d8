package dev.fullrank.jmh.bench;

import java.util.concurrent.TimeUnit;

/**
 * How long to measure.
 *
 * @param warmNanos the most to warm up one library at one problem
 * @param rounds samples of each library; the median counts
 * @param batchNanos length of a sample: as many calls as fit, at least one
 * @param longestCall seconds; a library that needs longer for one call is named and left out at that problem
 * @param totalSeconds after which no further problem is begun
 */
record Effort(long warmNanos, int rounds, long batchNanos, double longestCall, long totalSeconds) {
  /** For a minute in all, with the start of the processes and the last problem within it. */
  static final Effort QUICK =
      new Effort(TimeUnit.SECONDS.toNanos(1), 5, TimeUnit.MILLISECONDS.toNanos(15), 0.1, 50);

  static final Effort NORMAL =
      new Effort(TimeUnit.SECONDS.toNanos(4), 9, TimeUnit.MILLISECONDS.toNanos(50), 3, Long.MAX_VALUE);

  static final Effort FULL =
      new Effort(TimeUnit.SECONDS.toNanos(4), 15, TimeUnit.MILLISECONDS.toNanos(100), 60, Long.MAX_VALUE);

  /** Calls in a sample, given how long one takes. */
  int calls(double nanosPerCall) {
    return Math.clamp((long) (batchNanos / nanosPerCall), 1, 1_000_000);
  }
}
