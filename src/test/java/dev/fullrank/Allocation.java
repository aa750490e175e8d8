package dev.fullrank;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that a call allocates once it is compiled. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 20;

  /** Enough for the optimising compiler on a busy machine; the first series without a byte ends it. */
  private static final int SERIES = 20_000;

  private Allocation() {}

  /** The fewest bytes that a series of calls allocated on this thread. */
  static long fewestBytes(Runnable work) {
    return fewestBytes(work, SERIES);
  }

  static long fewestBytes(Runnable work, int series) {
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < series && fewest > 0; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int call = 0; call < CALLS; call++) {
        work.run();
      }
      fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return fewest;
  }
}
