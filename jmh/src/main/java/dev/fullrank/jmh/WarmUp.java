package dev.fullrank.jmh;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How long SVMax, forward and backward on float input, takes to reach its speed in a fresh virtual machine. JMH cannot say, as
 * its harness has warmed up the classes before the first call.
 *
 * <pre>java --add-modules jdk.incubator.vector -cp jmh/target/benchmarks.jar dev.fullrank.jmh.WarmUp 256 2048 1</pre>
 */
public final class WarmUp {
  private static final long SECONDS = 4;

  /** A call is at speed if it is and the median of the next ones is; one of these may be hit by the compiler's own threads. */
  private static final int WINDOW = 5;

  private WarmUp() {}

  /** Rows, columns, threads; times begin before the regularizer is built. */
  public static void main(String[] args) {
    int b = Integer.parseInt(args[0]);
    int d = Integer.parseInt(args[1]);
    Matrix z = Embeddings.normal(ElementType.FLOAT32, b, d);
    Matrix gradient = Embeddings.zeros(ElementType.FLOAT32, b, d);
    double[] end = new double[1 << 18];
    int calls = 0;
    long start = System.nanoTime();
    try (Regularizer svMax = SvMax.builder().parallelism(Integer.parseInt(args[2])).build()) {
      while (calls < end.length && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS)) {
        svMax.valueAndGradient(z, gradient);
        end[calls++] = (System.nanoTime() - start) / 1e6;
      }
    }
    report(Arrays.copyOf(end, calls));
  }

  private static void report(double[] end) {
    double[] took = new double[end.length];
    Arrays.setAll(took, i -> i == 0 ? end[0] : end[i] - end[i - 1]);
    double steady = median(took, took.length * 3 / 4, took.length);
    double limit = 1.5 * steady;
    int atSpeed = 0;
    while (took[atSpeed] > limit || median(took, atSpeed, Math.min(atSpeed + WINDOW, took.length)) > limit) {
      atSpeed++;
    }
    double lost = Arrays.stream(took).map(t -> Math.max(0, t - steady)).limit(atSpeed).sum();
    System.out.printf(
        "first call %.0f ms, second %.1f; within 1.5 of %.3f ms from call %d, %.0f ms after the start; lost till then %.0f ms%n",
        took[0], took[1], steady, atSpeed + 1, atSpeed == 0 ? 0 : end[atSpeed - 1], lost);
  }

  private static double median(double[] values, int from, int to) {
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
