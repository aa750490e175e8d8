package dev.fullrank.jmh.bench;

import dev.fullrank.kernels.gpu.Dialogue;
import dev.fullrank.kernels.gpu.Timing;

/** A contender that has been made ready for a problem and has computed it. */
interface GpuTask extends AutoCloseable {
  /** How right it is. */
  Accuracy accuracy(GpuReference reference);

  /** Seconds of a call that was not the first. */
  double secondsOfCall();

  /**
   * Measures.
   *
   * @param seconds about how long, after half as long
   */
  Timing time(double seconds) throws Dialogue.Failure;

  @Override
  void close();
}
