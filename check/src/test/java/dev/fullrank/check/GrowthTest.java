package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A hundred thousand calls leave heap, buffers, threads and file descriptors where they were. */
@Tag("single")
class GrowthTest {
  private static final int CALLS = 100_000;

  @Test
  void nothingGrows() {
    Matrix small = Kind.data(4, 6).toMatrix();
    Matrix wide = Kind.data(4, 6).toMatrix(ElementType.FLOAT32);
    Matrix out = TestMatrix.newMatrix(ElementType.FLOAT64, 4, 6);
    Map<Kind, Regularizer> regularizers = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      regularizers.put(kind, kind.create(2, NonFinitePolicy.THROW));
    }
    call(regularizers, small, wide, out, CALLS / 20);
    Usage before = Usage.now();
    call(regularizers, small, wide, out, CALLS);
    Usage after = Usage.now();
    regularizers.values().forEach(Regularizer::close);
    // A megabyte is ten bytes a call: less than the header of one object.
    assertThat(after.heap - before.heap).as("heap in bytes").isLessThan(1 << 20);
    assertThat(after.buffers).as("bytes in buffers").isLessThanOrEqualTo(before.buffers);
    assertThat(after.threads).as("threads").isLessThanOrEqualTo(before.threads);
    assertThat(after.files).as("file descriptors").isLessThanOrEqualTo(before.files);
  }

  private static void call(Map<Kind, Regularizer> regularizers, Matrix small, Matrix wide, Matrix out, int calls) {
    Regularizer[] all = regularizers.values().toArray(Regularizer[]::new);
    for (int i = 0; i < calls; i++) {
      Regularizer r = all[i % all.length];
      Matrix z = i % 3 == 0 ? wide : small;
      if (i % 2 == 0) {
        r.valueAndGradient(z, out);
      } else {
        try (Evaluation evaluation = r.forward(z)) {
          evaluation.gradient(1, out);
        }
      }
    }
  }

  /** What the process holds. */
  private record Usage(long heap, long buffers, int threads, int files) {
    static Usage now() {
      long heap = Long.MAX_VALUE;
      // The least of a few collections: what is reachable, without what has just been allocated elsewhere.
      for (int i = 0; i < 5; i++) {
        System.gc();
        heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      }
      long buffers = 0;
      for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
        buffers += pool.getMemoryUsed();
      }
      String[] files = new File("/proc/self/fd").list();
      return new Usage(heap, buffers, ManagementFactory.getThreadMXBean().getThreadCount(), files == null ? 0 : files.length);
    }
  }
}
