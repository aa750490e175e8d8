package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;

/** A way from Y to Σσ and the polar factor, with a certificate. */
interface DeviceRoute {
  /**
   * Judges what was computed.
   *
   * @param host the report as it is there
   * @param squaredNorm ‖Y‖_F²
   * @param tolerance how far the singular values of the polar factor may be from 1
   * @return whether the result is certified; all below is defined then only
   */
  boolean accept(MemorySegment host, double squaredNorm, double tolerance);

  /** Σσ of Y. */
  double sum();

  /** A lower bound of Σσ. */
  double lower();

  /** An upper bound of Σσ. */
  double upper();

  /** Number of singular values that count. */
  int rank();

  /** The polar factor in the precision of Y, dense, row-major b×d; puts work into the stream if need be. */
  long polar();
}
