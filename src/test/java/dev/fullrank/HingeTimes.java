package dev.fullrank;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Times the hinge on rows of floats beside a plain copy of the array, in turns: medians in ms, least and most of {@link #ROUNDS}
 * medians in brackets. The one argument is the number of threads. Values are checked first against two passes in double.
 */
final class HingeTimes {
  private static final int ROUNDS = 7;

  /** Time before a shape is timed: long enough for the optimising compiler, even if it has to share the one core that it is given. */
  private static final long WARM_UP = TimeUnit.SECONDS.toNanos(3);

  /** Of single precision, 2^-24, that a result may be off by: the bound is 18 for a shift at the mean, and most are off by two. */
  private static final double ROUNDINGS = 20 * 0x1p-24;

  private static final int[][] SHAPES = {
    {64, 128}, {128, 512}, {256, 256}, {512, 512}, {256, 2048}, {512, 2048}, {1024, 1024}, {2048, 8192}
  };

  private HingeTimes() {}

  public static void main(String[] args) {
    PrintStream out = System.out;
    VarianceHinge hinge = VarianceHinge.builder().parallelism(Integer.parseInt(args[0])).build();
    out.println("| b×d | forward | forward+backward | copy | ratio |");
    out.println("|---|---|---|---|---|");
    for (int[] shape : SHAPES) {
      int n = shape[0] * shape[1];
      float[] memory = new float[n];
      Random random = new Random(1);
      for (int k = 0; k < n; k++) {
        memory[k] = (float) (random.nextGaussian() / 2);
      }
      float[] copy = new float[n];
      Matrix z = Matrix.of(memory, shape[0], shape[1]);
      Matrix g = Matrix.of(new float[n], shape[0], shape[1]);
      verify(hinge.valueAndGradient(z, g), z, g);
      Runnable[] work = {
        () -> hinge.value(z), () -> hinge.valueAndGradient(z, g), () -> System.arraycopy(memory, 0, copy, 0, n)
      };
      double[][] ms = new double[work.length][ROUNDS];
      int calls = Math.clamp(100_000_000 / (4L * n), 5, 2000);
      for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
        Arrays.stream(work).forEach(w -> median(w, 5));
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (int w = 0; w < work.length; w++) {
          ms[w][round] = median(work[w], calls);
        }
      }
      out.println("| " + shape[0] + "×" + shape[1] + cell(ms[0]) + cell(ms[1]) + cell(ms[2])
          + String.format(" | %.2f |", middle(ms[1]) / middle(ms[2])));
    }
  }

  private static void verify(double value, Matrix z, Matrix g) {
    int b = z.rows();
    int d = z.columns();
    double sum = 0;
    for (int j = 0; j < d; j++) {
      double mean = 0;
      double squares = 0;
      for (int i = 0; i < b; i++) {
        mean += z.get(i, j) / b;
      }
      for (int i = 0; i < b; i++) {
        squares += (z.get(i, j) - mean) * (z.get(i, j) - mean);
      }
      double std = Math.sqrt(squares / (b - 1) + 1e-4);
      sum += Math.max(0, 1 - std);
      double expected = std < 1 ? -(z.get(b / 2, j) - mean) / ((double) d * (b - 1) * std) : 0;
      double size = (Math.abs(z.get(b / 2, j) - mean) + std) / ((double) d * (b - 1) * std);
      if (!(Math.abs(g.get(b / 2, j) - expected) <= ROUNDINGS * size)) {
        throw new IllegalStateException("the gradient of column " + j + " is wrong");
      }
    }
    if (!(Math.abs(value - sum / d) <= ROUNDINGS)) {
      throw new IllegalStateException(value + " is not " + sum / d);
    }
  }

  private static double median(Runnable work, int calls) {
    double[] ms = new double[calls];
    for (int call = 0; call < calls; call++) {
      long start = System.nanoTime();
      work.run();
      ms[call] = (System.nanoTime() - start) / 1e6;
    }
    return middle(ms);
  }

  private static double middle(double[] ms) {
    Arrays.sort(ms);
    return ms[ms.length / 2];
  }

  private static String cell(double[] ms) {
    return String.format(" | %.4f (%.4f–%.4f)", middle(ms), ms[0], ms[ms.length - 1]);
  }
}
