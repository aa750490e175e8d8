package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.ChebyshevSeries;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;
import dev.fullrank.linalg.Tridiagonal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bits for any number of threads, in every run, at every offset and in every kind of memory. */
class DeterminismTest {
  private static final int RUNS = 5;
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
  private static final ChebyshevSeries SERIES = new ChebyshevSeries();

  static {
    SERIES.choose(0.5, 2, 1e-7);
  }

  static List<Kernels> kernels() {
    return Implementations.kernels();
  }

  /** All operations one after another, and a hash of all bits of all results. */
  private static long bits(CpuOps ops, Matrix wide, Matrix out) {
    int m = wide.rows();
    int n = wide.columns();
    Operand y = new Operand().set(wide, Naive.random(m, 1), Naive.random(n, 2));
    double[] g = new double[m * m];
    double[] h = new double[m * m];
    double[] w = new double[m * m];
    double[] line = Naive.random(n, 4);
    Tridiagonal t = new Tridiagonal();
    ops.resize(m).gramOfRows(y, g);
    ops.gramOfColumns(new Operand().set(wide.transposed(), null, null), h);
    long hash = Arrays.hashCode(g) + 31L * Arrays.hashCode(h);
    ops.combine(m, 1, g, 0.5, h, g);
    ops.symmetricProduct(g, g, h);
    hash = 31 * hash + Arrays.hashCode(h);
    hash = 31 * hash + Double.hashCode(ops.dot(g, h));
    ops.tridiagonalize(g, t);
    ops.function(g, TridiagonalizationTest.function(t), w);
    hash = 31 * hash + Arrays.hashCode(w) + 31L * Arrays.hashCode(t.diagonal());
    ops.chebyshev(w, SERIES, w);
    hash = 31 * hash + Arrays.hashCode(w);
    assertThat(ops.invert(Naive.random(m * m, 4), g)).isTrue();
    hash = 31 * hash + Arrays.hashCode(g);
    ops.multiplyData(y, true, 1, Naive.random(m, 3), line);
    hash = 31 * hash + Arrays.hashCode(line);
    ops.leftProduct(w, y, line, out);
    hash = 31 * hash + Arrays.hashCode(Naive.dense(out));
    ops.rightProduct(new Operand().set(wide.transposed(), null, null), w, true, null, out.transposed());
    hash = 31 * hash + Arrays.hashCode(Naive.dense(out));
    ops.gramOfRows(y, g, Precision.SINGLE);
    ops.gramOfColumns(new Operand().set(wide.transposed(), null, null), h, Precision.SINGLE);
    hash = 31 * (31 * hash + Arrays.hashCode(g)) + Arrays.hashCode(h);
    ops.leftProduct(w, y, line, out, Precision.SINGLE);
    hash = 31 * hash + Arrays.hashCode(Naive.dense(out));
    ops.rightProduct(new Operand().set(wide.transposed(), null, null), w, true, null, out.transposed(), Precision.SINGLE);
    return 31 * hash + Arrays.hashCode(Naive.dense(out));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void threadsDoNotChangeABit(Kernels kernels) {
    for (int[] shape : new int[][] {{40, 700}, {130, 301}}) {
      Matrix wide = Layout.DENSE.random(ElementType.FLOAT32, NATIVE, shape[0], shape[1], 1);
      Matrix out = Layout.DENSE.poisoned(ElementType.FLOAT32, NATIVE, shape[0], shape[1]);
      for (Blocking blocking : List.of(Blocking.of(kernels), Implementations.tiny(kernels))) {
        long expected = bits(new CpuOps(kernels, blocking, Parallel.of(1)), wide, out);
        for (int threads : new int[] {1, 2, 3, 7, 16}) {
          CpuOps ops = Implementations.eager(kernels, blocking, threads);
          for (int run = 0; run < RUNS; run++) {
            assertThat(bits(ops, wide, out)).as("%d threads, run %d", threads, run).isEqualTo(expected);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void memoryDoesNotChangeABit(Kernels kernels) {
    int m = 40;
    int n = 300;
    CpuOps ops = Implementations.eager(kernels, Blocking.of(kernels), 3);
    Matrix heap = Layout.DENSE.random(ElementType.FLOAT32, NATIVE, m, n, 1);
    Matrix heapOut = Layout.DENSE.poisoned(ElementType.FLOAT32, NATIVE, m, n);
    long expected = bits(ops, heap, heapOut);
    Matrix padded = copy(heap, Layout.PADDED.poisoned(ElementType.FLOAT32, NATIVE, m, n));
    assertThat(bits(ops, padded, heapOut)).as("padded, other offset").isEqualTo(expected);
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared()) {
      for (Arena arena : List.of(confined, shared)) {
        MemorySegment memory = arena.allocate(2L * m * n * Float.BYTES, 64);
        Matrix in = copy(heap, Matrix.of(memory, ElementType.FLOAT32, m, n));
        Matrix out = Matrix.of(memory, ElementType.FLOAT32, (long) m * n, m, n, n);
        assertThat(bits(ops, in, out)).as("native").isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void callersAtTheSameTimeDoNotChangeABit(Kernels kernels) throws InterruptedException {
    Matrix wide = Layout.DENSE.random(ElementType.FLOAT32, NATIVE, 40, 300, 1);
    long expected = bits(new CpuOps(kernels, Blocking.of(kernels), Parallel.of(1)), wide, poisonedLike(wide));
    AtomicInteger right = new AtomicInteger();
    Thread[] callers = new Thread[8];
    for (int i = 0; i < callers.length; i++) {
      callers[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    CpuOps ops = Implementations.eager(kernels, Blocking.of(kernels), 3);
                    for (int run = 0; run < RUNS; run++) {
                      right.addAndGet(bits(ops, wide, poisonedLike(wide)) == expected ? 1 : 0);
                    }
                  });
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(right.get()).isEqualTo(RUNS * callers.length);
  }

  private static Matrix poisonedLike(Matrix x) {
    return Layout.DENSE.poisoned(x.type(), x.order(), x.rows(), x.columns());
  }

  private static Matrix copy(Matrix from, Matrix to) {
    for (int i = 0; i < from.rows(); i++) {
      for (int j = 0; j < from.columns(); j++) {
        to.set(i, j, from.get(i, j));
      }
    }
    return to;
  }
}
