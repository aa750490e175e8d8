package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A way from Y to Σσ and the polar factor, with a certificate. */
interface DeviceRoute {
  /**
   * What is certified.
   *
   * @param sum Σσ of Y
   * @param lower a lower bound of it
   * @param upper an upper bound of it
   * @param rank number of singular values that count
   */
  record Result(double sum, double lower, double upper, int rank) {}

  /**
   * Judges what was computed.
   *
   * @param host the report as it is there
   * @param squaredNorm ‖Y‖_F²
   * @param tolerance how far the singular values of the polar factor may be from 1
   * @return null if it is not certified
   */
  @Nullable Result accept(MemorySegment host, double squaredNorm, double tolerance);

  /** The polar factor in the precision of Y, dense, row-major b×d, of what was computed; puts work into the stream if need be. */
  long polar();
}
