package dev.fullrank.kernels.gpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long a call takes, by the clock of the host: calls are made one after the other and waited for together, so that a call that
 * only puts work into a stream costs what the slower of host and device needs for it.
 *
 * @param median seconds a call, as are the quartiles
 * @param lower the first quartile of the batches
 * @param upper the third quartile
 * @param batches how many there were
 * @param calls in each of them
 */
public record Timing(double median, double lower, double upper, int batches, int calls) {
  /** The wait at the end of a batch takes some 10 µs, a thousandth of this. */
  private static final double BATCH_SECONDS = 0.01;

  private static final int LEAST_BATCHES = 3;
  private static final int MOST_BATCHES = 101;
  private static final int MOST_CALLS = 1 << 20;

  /**
   * Warms up, and measures.
   *
   * @param wait waits for what the calls have begun
   * @param seconds about how long to measure; half as long before that nothing is
   */
  public static Timing of(Runnable call, Runnable wait, double seconds) {
    long start = System.nanoTime();
    int calls = 1;
    double took = batch(call, wait, calls);
    while (since(start) < seconds / 2) {
      took = batch(call, wait, calls);
      if (took < BATCH_SECONDS && calls < MOST_CALLS) {
        calls *= 2;
      }
    }
    List<Double> each = new ArrayList<>();
    start = System.nanoTime();
    while (each.size() < LEAST_BATCHES || (since(start) < seconds && each.size() < MOST_BATCHES)) {
      each.add(batch(call, wait, calls) / calls);
    }
    Collections.sort(each);
    int n = each.size();
    return new Timing(each.get(n / 2), each.get(n / 4), each.get(n - 1 - n / 4), n, calls);
  }

  private static double batch(Runnable call, Runnable wait, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    wait.run();
    return since(start);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
