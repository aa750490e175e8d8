package dev.fullrank.kernels.gpu;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was measured of a case.
 *
 * @param beside times of PyTorch, by its terms
 * @param rate bytes that the step has to move, a second; 0 where that is not its limit
 * @param copyRate bytes a second, read and written, of a copy of the matrix on the device; 0 likewise
 */
record SpeedRow(SpeedCase of, Timing timing, Map<String, Timing> beside, double rate, double copyRate) {
  static final double MICRO = 1e6;

  SpeedRow {
    beside = Collections.unmodifiableMap(new LinkedHashMap<>(beside));
  }

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
