package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In steady state a training-step call allocates nothing on the calling thread. */
class AllocationTest {
  private static final int CALLS = 50;

  /** Rounds that are never too few for the compiler, and end as soon as one allocates nothing. */
  private static final int ROUNDS = 400;

  /** On a busy machine the compiler's threads may need this long to come to it, in nanoseconds. */
  private static final long PATIENCE = 20_000_000_000L;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The least number of bytes that a round of calls allocated, of as many rounds as it takes to see none. */
  private static long leastAllocated(Runnable call, long patience) {
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    for (int round = 0; least > 0 && (round < ROUNDS || System.nanoTime() - start < patience); round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  @ParameterizedTest
  @EnumSource
  void valueAndGradientAllocatesNothing(Kind kind) {
    for (ElementType type : new ElementType[] {ElementType.FLOAT32, ElementType.FLOAT64}) {
      for (int[] shape : new int[][] {{8, 12}, {12, 8}}) {
        Matrix z = Kind.data(shape[0], shape[1]).toMatrix(type);
        Matrix out = TestMatrix.newMatrix(type, shape[0], shape[1]);
        try (Regularizer r = kind.create(1, NonFinitePolicy.THROW)) {
          assertThat(leastAllocated(() -> r.valueAndGradient(z, out), PATIENCE)).as("%s", z).isZero();
          assertThat(leastAllocated(() -> r.value(z), PATIENCE)).as("value of %s", z).isZero();
        }
      }
    }
  }

  @Test
  void aCallThatAllocatesIsSeen() {
    Matrix z = Kind.data(8, 12).toMatrix();
    double[][] kept = new double[1][];
    try (Regularizer r = Kind.MEAN.create()) {
      Matrix out = TestMatrix.newMatrix(ElementType.FLOAT64, 8, 12);
      long bytes = leastAllocated(() -> {
        kept[0] = new double[1];
        r.valueAndGradient(z, out);
      }, 0);
      assertThat(bytes).isGreaterThanOrEqualTo(CALLS * 16L);
    }
  }
}
