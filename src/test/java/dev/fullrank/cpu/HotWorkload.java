package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;

/**
 * Run in a fresh virtual machine: evaluates s_μ and the hinge, forward and backward, until the compilers have done with them or
 * the time is up, and writes the {@linkplain HotMethods#complaints complaints} that are left to a file, one a line.
 *
 * <p>Arguments: the file, the seconds after which it gives up, and patterns of further methods that must be in C2.
 */
final class HotWorkload {
  private static final long LONGEST_ROUND = TimeUnit.SECONDS.toNanos(16);

  private HotWorkload() {}

  public static void main(String[] args) throws IOException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[1]));
    Map<String, String> roles = new LinkedHashMap<>(HotMethods.ROLES);
    for (int i = 2; i < args.length; i++) {
      roles.put(args[i], args[i]);
    }
    List<String> complaints;
    try (Recording recording = CompiledCode.record();
        Regularizer svMax = SvMax.builder().parallelism(1).build();
        Regularizer hinge = VarianceHinge.builder().parallelism(1).build()) {
      Matrix[] z = {random(128, 512), random(512, 128), random(192, 192), random(512, 512)};
      Matrix[] gradients = {random(128, 512), random(512, 128), random(192, 192), random(512, 512)};
      // rounds that double, so that one is long enough for samples, however busy the machine
      long nanos = TimeUnit.SECONDS.toNanos(1);
      do {
        Instant since = Instant.now();
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
          evaluate(svMax, hinge, z, gradients);
        }
        complaints = HotMethods.complaints(CompiledCode.of(recording, since, Thread.currentThread().getName()), roles);
        nanos = Math.min(2 * nanos, LONGEST_ROUND);
      } while (!complaints.isEmpty() && System.nanoTime() < limit);
    }
    Files.write(Path.of(args[0]), complaints);
  }

  /** Both ways to an inverse root, and then, large enough for single precision, the hinge alone; about as long in either. */
  private static void evaluate(Regularizer svMax, Regularizer hinge, Matrix[] z, Matrix[] gradients) {
    for (int i = 0; i < z.length; i++) {
      if (i < 3) {
        svMax.valueAndGradient(z[i], gradients[i]);
      }
      for (int repeat = 0; repeat < 20; repeat++) {
        hinge.valueAndGradient(z[i], gradients[i]);
      }
    }
  }

  private static Matrix random(int b, int d) {
    Random random = new Random(5);
    float[] values = new float[b * d];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Matrix.of(values, b, d);
  }
}
