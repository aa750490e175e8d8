package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Matrix;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Same bits for any number of threads inside, from any thread outside, on every run. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ThreadsTest {
  /** More multiply-adds than the library keeps on one thread, by the Gram matrix, the columns and the rows alike. */
  private static final Matrix LARGE = Kind.data(150, 260).toMatrix();

  private static final Matrix SMALL = Kind.data(6, 10).toMatrix();

  @ParameterizedTest
  @EnumSource
  void anyParallelismGivesTheSameBits(Kind kind) {
    Bits expected = Kind.bits(kind.create(1, NonFinitePolicy.THROW), LARGE);
    for (int threads : new int[] {1, 2, 3, 7, 16}) {
      try (Regularizer r = kind.create(threads, NonFinitePolicy.THROW)) {
        for (int run = 0; run < 5; run++) {
          assertThat(Kind.bits(r, LARGE)).as("%d threads, run %d", threads, run).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("single")
  void fiftyRunsGiveTheSameBits(Kind kind) {
    Bits expected = Kind.bits(kind.create(1, NonFinitePolicy.THROW), LARGE);
    for (int threads : new int[] {1, 2, 3, 7, 16}) {
      try (Regularizer r = kind.create(threads, NonFinitePolicy.THROW)) {
        for (int run = 0; run < 50; run++) {
          assertThat(Kind.bits(r, LARGE)).as("%d threads, run %d", threads, run).isEqualTo(expected);
        }
      }
    }
  }

  /** A common pool without threads, or with one, can only be had in another Java process. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @Tag("single")
  void aCommonPoolOfFewThreads(int threads) throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=" + threads,
            "-cp", System.getProperty("java.class.path"),
            CommonPool.class.getName())
        .redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("parallelism " + threads + ", same bits");
  }

  /** What the other process runs. */
  static final class CommonPool {
    private CommonPool() {}

    public static void main(String[] arguments) {
      try (Regularizer r = Kind.SUM.create(4, NonFinitePolicy.THROW)) {
        Bits expected = Kind.bits(r, LARGE);
        boolean same = IntStream.range(0, 8).parallel().allMatch(_ -> Kind.bits(r, LARGE).equals(expected));
        // The pool reports at least one where it was given none.
        String given = System.getProperty("java.util.concurrent.ForkJoinPool.common.parallelism");
        System.out.println("parallelism " + given + (same ? ", same bits" : ", other bits"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void eightThreadsOnOneInstance(Kind kind) throws Exception {
    try (Regularizer r = kind.create(0, NonFinitePolicy.THROW);
        ExecutorService pool = Executors.newFixedThreadPool(8)) {
      Bits expected = Kind.bits(r, SMALL);
      callFrom(pool, 8, r, expected, 1000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void virtualThreads(Kind kind) throws Exception {
    try (Regularizer r = kind.create(0, NonFinitePolicy.THROW);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      callFrom(pool, 50, r, Kind.bits(r, SMALL), 20);
      Bits large = Kind.bits(r, LARGE);
      assertThat(pool.submit(() -> Kind.bits(r, LARGE)).get()).isEqualTo(large);
    }
  }

  private static void callFrom(ExecutorService pool, int tasks, Regularizer r, Bits expected, int calls) throws Exception {
    Callable<Integer> task = () -> {
      int same = 0;
      for (int i = 0; i < calls; i++) {
        same += Kind.bits(r, SMALL).equals(expected) ? 1 : 0;
      }
      return same;
    };
    for (Future<Integer> each : pool.invokeAll(IntStream.range(0, tasks).mapToObj(_ -> task).toList())) {
      assertThat(each.get()).isEqualTo(calls);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MEAN", "SUM"})
  void nestedParallelStreamsAndPoolsOfOneThread(Kind kind) throws Exception {
    try (Regularizer r = kind.create(4, NonFinitePolicy.THROW)) {
      Bits expected = Kind.bits(r, LARGE);
      Callable<List<Bits>> nested = () -> IntStream.range(0, 4)
          .parallel()
          .boxed()
          .flatMap(_ -> IntStream.range(0, 2).parallel().mapToObj(_ -> Kind.bits(r, LARGE)))
          .toList();
      assertThat(nested.call()).hasSize(8).containsOnly(expected);
      try (ForkJoinPool one = new ForkJoinPool(1)) {
        assertThat(one.submit(nested).get()).hasSize(8).containsOnly(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptBeforeTheCallIsKept(Kind kind) {
    try (Regularizer r = kind.create(4, NonFinitePolicy.THROW)) {
      Bits expected = Kind.bits(r, LARGE);
      Thread.currentThread().interrupt();
      Bits interrupted = Kind.bits(r, LARGE);
      assertThat(Thread.interrupted()).as("the flag survives").isTrue();
      assertThat(interrupted).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptDuringTheCallIsKept(Kind kind) throws Exception {
    try (Regularizer r = kind.create(4, NonFinitePolicy.THROW)) {
      Bits expected = Kind.bits(r, LARGE);
      boolean[] flag = new boolean[1];
      boolean[] same = {true};
      Thread caller = Thread.ofPlatform().start(() -> {
        // Interrupted again and again while it computes, until the flag has been seen after a call.
        for (int run = 0; run < 50 && !flag[0]; run++) {
          same[0] &= Kind.bits(r, LARGE).equals(expected);
          flag[0] = Thread.currentThread().isInterrupted();
        }
      });
      while (caller.isAlive()) {
        caller.interrupt();
        caller.join(1);
      }
      assertThat(flag[0]).isTrue();
      assertThat(same[0]).isTrue();
    }
  }
}
