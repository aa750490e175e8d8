package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.ChebyshevSeries;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;
import dev.fullrank.linalg.SemiseparableSum;
import dev.fullrank.linalg.Tridiagonal;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing is allocated per call once the loops are compiled: vectors live in registers, buffers are kept. Warm-up takes as
 * long as it takes; what is asked for is one series of calls without a byte, which code that allocates never shows.
 */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 20;

  /** Enough for the optimising compiler on a busy machine; the first clean series ends it. */
  private static final int PATIENT = 20_000;

  /** Enough to see that the canary does not get there; the workload itself may still be warming up. */
  private static final int SHORT = 20;

  static List<Kernels> kernels() {
    return Implementations.kernels();
  }

  private static final class Workload implements Runnable {
    private final CpuOps ops;
    private final Operand wide;
    private final Operand tall;
    private final Matrix wideOut;
    private final Matrix tallOut;
    private final double[] line;
    private final double[] sums;
    private final Tridiagonal t = new Tridiagonal();
    private final SemiseparableSum function = new SemiseparableSum();
    private final ChebyshevSeries series = new ChebyshevSeries();
    private final double[] shifts = {0.5, 1, 2};
    private final double[] weights = {1, 2, 3};

    Workload(CpuOps ops, int m, int n, ElementType type) {
      this.ops = ops.resize(m);
      ByteOrder order = ByteOrder.nativeOrder();
      wide = new Operand().set(Layout.PADDED.random(type, order, m, n, 1), Naive.random(m, 2), Naive.random(n, 3));
      tall = new Operand().set(Layout.PADDED.random(type, order, n, m, 1), Naive.random(n, 2), Naive.random(m, 3));
      wideOut = Layout.PADDED.poisoned(type, order, m, n);
      tallOut = Layout.PADDED.poisoned(type, order, n, m);
      line = Naive.random(n, 4);
      sums = new double[n];
    }

    @Override
    public void run() {
      double[] g = ops.buffer(0);
      double[] c = ops.buffer(1);
      double[] w = ops.buffer(2);
      ops.gramOfRows(wide, g);
      ops.gramOfColumns(tall, c);
      ops.combine(ops.order(), 1, g, 1, c, g);
      ops.symmetricProduct(g, g, c);
      ops.tridiagonalize(g, t);
      function.set(t, 1, 3, shifts, weights);
      ops.function(g, function, w);
      series.choose(0.5, 2, 1e-7);
      ops.chebyshev(w, series, c);
      ops.invert(c, g);
      ops.addTransposed(1, g, 2, w, c);
      ops.multiply(w, 1, line, sums);
      ops.rowDots(w, c, sums);
      ops.scaleRows(line, w);
      ops.subtractDiagonal(w, line);
      ops.multiplyData(wide, false, 1, line, sums);
      ops.multiplyData(wide, true, 1, line, sums);
      ops.leftProduct(w, wide, line, wideOut);
      ops.rightProduct(tall, w, true, line, tallOut);
      if (wideOut.type() != ElementType.FLOAT64) {
        ops.gramOfRows(wide, g, Precision.SINGLE);
        ops.gramOfColumns(tall, c, Precision.SINGLE);
        ops.leftProduct(w, wide, line, wideOut, Precision.SINGLE);
        ops.rightProduct(tall, w, true, line, tallOut, Precision.SINGLE);
      }
      sums[0] = ops.trace(w) + ops.dot(w, c);
    }
  }

  /** The fewest bytes that a series of calls allocated on this thread. */
  private static long fewestBytes(Runnable work, int series) {
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

  @ParameterizedTest
  @MethodSource("kernels")
  void nothingIsAllocatedPerCall(Kernels kernels) {
    for (ElementType type : ElementType.values()) {
      CpuOps alone = new CpuOps(kernels, Blocking.of(kernels), Parallel.of(1));
      assertThat(fewestBytes(new Workload(alone, 33, 70, type), PATIENT)).as("%s, one thread", type).isZero();
    }
    for (Blocking blocking : List.of(Blocking.of(kernels), Implementations.tiny(kernels))) {
      CpuOps shared = Implementations.eager(kernels, blocking, 3);
      assertThat(fewestBytes(new Workload(shared, 33, 500, ElementType.FLOAT32), PATIENT)).as("three threads").isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theMeterSeesAKernelThatAllocates(Kernels kernels) {
    Kernels wasteful = BrokenKernels.allocating(kernels);
    CpuOps ops = new CpuOps(wasteful, Blocking.of(wasteful), Parallel.of(1));
    assertThat(fewestBytes(new Workload(ops, 33, 70, ElementType.FLOAT32), SHORT)).isGreaterThanOrEqualTo(CALLS * 16);
  }
}
