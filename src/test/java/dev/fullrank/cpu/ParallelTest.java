package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run does each task once, wherever it is called from and whatever its tasks do. */
@Timeout(60)
class ParallelTest {
  private static final long SHARE_ALL = 0;

  private static Parallel eager(int parallelism) {
    return new Parallel(parallelism, SHARE_ALL);
  }

  /** Runs as many tasks, and checks that each was done once and that no two participants had one slot at a time. */
  private static void checkRun(Parallel parallel, int tasks) {
    AtomicIntegerArray done = new AtomicIntegerArray(tasks);
    AtomicIntegerArray busy = new AtomicIntegerArray(parallel.parallelism());
    AtomicInteger clashes = new AtomicInteger();
    parallel.run(
        (task, slot) -> {
          clashes.addAndGet(busy.getAndIncrement(slot));
          done.getAndIncrement(task);
          Thread.onSpinWait();
          busy.getAndDecrement(slot);
        },
        tasks,
        Long.MAX_VALUE);
    for (int i = 0; i < tasks; i++) {
      assertThat(done.get(i)).as("task %d of %d", i, tasks).isOne();
    }
    assertThat(clashes.get()).isZero();
  }

  @Test
  void eachTaskIsDoneOnce() {
    for (int parallelism : new int[] {1, 2, 3, 7, 16}) {
      Parallel parallel = eager(parallelism);
      for (int tasks : new int[] {0, 1, 2, 3, 15, 16, 17, 200}) {
        checkRun(parallel, tasks);
      }
    }
  }

  @Test
  void zeroMeansAllProcessorsAndNegativeIsRefused() {
    assertThat(Parallel.of(0).parallelism()).isEqualTo(Math.min(Runtime.getRuntime().availableProcessors(), Parallel.MOST));
    assertThat(Parallel.of(3).parallelism()).isEqualTo(3);
    assertThat(Parallel.of(1_000_000).parallelism()).isEqualTo(Parallel.MOST);
    assertThatThrownBy(() -> Parallel.of(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
  }

  @Test
  void helpersDoTakePart() throws InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger met = new AtomicInteger();
    eager(2)
        .run(
            (task, slot) -> {
              both.countDown();
              try {
                met.addAndGet(both.await(30, TimeUnit.SECONDS) ? 1 : 0);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            },
            2,
            Long.MAX_VALUE);
    assertThat(met.get()).as("two tasks that wait for each other").isEqualTo(2);
  }

  @Test
  void helpersAreDaemonsAndHoldNothingOfTheCaller() {
    Thread[] helper = {Thread.currentThread()}; // the end of a run publishes what its tasks wrote
    CountDownLatch came = new CountDownLatch(1);
    eager(2)
        .run(
            (task, slot) -> {
              if (slot == 1) {
                helper[0] = Thread.currentThread();
                came.countDown();
              } else {
                await(came);
              }
            },
            2,
            Long.MAX_VALUE);
    assertThat(helper[0].isDaemon()).isTrue();
    assertThat(helper[0].getContextClassLoader()).isEqualTo(ClassLoader.getSystemClassLoader());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void smallJobsStayWithTheCaller() {
    Thread caller = Thread.currentThread();
    AtomicInteger elsewhere = new AtomicInteger();
    Parallel.of(4).run((task, slot) -> elsewhere.addAndGet(Thread.currentThread() == caller && slot == 0 ? 0 : 1), 500, 1000);
    assertThat(elsewhere.get()).isZero();
  }

  @Test
  void aRunIsCompletedAloneWhenAllHelpersAreBusy() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(2);
    Thread hog =
        Thread.ofPlatform()
            .start(
                () ->
                    eager(2)
                        .run(
                            (task, slot) -> {
                              blocked.countDown();
                              await(release);
                            },
                            2,
                            Long.MAX_VALUE));
    await(blocked);
    checkRun(eager(2), 100);
    release.countDown();
    hog.join();
  }

  @Test
  void failuresReachTheCallerAndLeaveThePoolUsable() {
    for (int parallelism : new int[] {1, 2, 7}) {
      Parallel parallel = eager(parallelism);
      RuntimeException failure = new IllegalStateException("on purpose");
      for (int bad : new int[] {0, 50, 99}) {
        assertThatThrownBy(() -> parallel.run((task, slot) -> failAt(task, bad, failure), 100, Long.MAX_VALUE)).isSameAs(failure);
        checkRun(parallel, 100);
      }
      Error error = new StackOverflowError("on purpose");
      assertThatThrownBy(
              () ->
                  parallel.run(
                      (task, slot) -> {
                        throw error;
                      },
                      100,
                      Long.MAX_VALUE))
          .isSameAs(error);
      checkRun(parallel, 100);
    }
  }

  private static void failAt(int task, int bad, RuntimeException failure) {
    if (task == bad) {
      throw failure;
    }
  }

  @Test
  void worksInsideAPoolOfOne() throws Exception {
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      pool.submit(() -> checkRun(eager(4), 100)).get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void worksInsideNestedParallelStreams() {
    IntStream.range(0, 8).parallel().forEach(i -> IntStream.range(0, 8).parallel().forEach(j -> checkRun(eager(3), 20)));
  }

  @Test
  void worksInsideATaskOfAnotherRun() {
    eager(3).run((task, slot) -> checkRun(eager(3), 20), 10, Long.MAX_VALUE);
  }

  @Test
  void aRunInsideASharedTaskStaysWithItsThread() {
    AtomicInteger elsewhere = new AtomicInteger();
    AtomicInteger nested = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    eager(2)
        .run(
            (task, slot) -> {
              both.countDown();
              await(both); // so that a helper is at a task too
              Thread mine = Thread.currentThread();
              eager(16)
                  .run(
                      (inner, innerSlot) -> {
                        elsewhere.addAndGet(Thread.currentThread() == mine && innerSlot == 0 ? 0 : 1);
                        nested.getAndIncrement();
                      },
                      200,
                      Long.MAX_VALUE);
            },
            2,
            Long.MAX_VALUE);
    assertThat(elsewhere.get()).isZero();
    assertThat(nested.get()).isEqualTo(400);
    helpersDoTakePartAgain();
  }

  /** The mark that kept the nested run alone is gone, on the caller and on the helper. */
  private static void helpersDoTakePartAgain() {
    CountDownLatch both = new CountDownLatch(2);
    eager(2)
        .run(
            (task, slot) -> {
              both.countDown();
              await(both);
            },
            2,
            Long.MAX_VALUE);
  }

  @Test
  void worksOnVirtualThreads() throws InterruptedException {
    AtomicInteger finished = new AtomicInteger();
    Thread[] threads = new Thread[20];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    checkRun(eager(3), 50);
                    finished.getAndIncrement();
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(finished.get()).isEqualTo(threads.length);
  }

  @Test
  void anInterruptedCallerFinishesAndStaysInterrupted() {
    CountDownLatch helperAtWork = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    eager(2)
        .run(
            (task, slot) -> {
              if (slot == 1) {
                helperAtWork.countDown();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // until the caller has begun to wait
              } else {
                while (helperAtWork.getCount() > 0) {
                  Thread.onSpinWait();
                }
              }
              done.getAndIncrement();
            },
            2,
            Long.MAX_VALUE);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done.get()).isEqualTo(2);
  }

  @Test
  void anInterruptWhileWaitingIsKept() throws InterruptedException {
    CountDownLatch helperAtWork = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  eager(2)
                      .run(
                          (task, slot) -> {
                            if (slot == 1) {
                              helperAtWork.countDown();
                              await(release);
                            } else {
                              await(helperAtWork);
                            }
                          },
                          2,
                          Long.MAX_VALUE);
                  interrupted.set(Thread.currentThread().isInterrupted() ? 1 : -1);
                });
    await(helperAtWork);
    while (caller.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    release.countDown();
    caller.join();
    assertThat(interrupted.get()).isOne();
  }

  /** Helpers that come late for one run meet the next: none may do a task of a job that is over. */
  @Test
  void shortRunsFollowEachOther() {
    Parallel parallel = eager(4);
    int[] run = {0};
    AtomicInteger strays = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 20_000; i++) {
      int mine = i;
      run[0] = i;
      parallel.run(
          (task, slot) -> {
            strays.addAndGet(run[0] == mine ? 0 : 1);
            done.getAndIncrement();
          },
          1 + i % 4,
          Long.MAX_VALUE);
    }
    assertThat(strays.get()).isZero();
    assertThat(done.get()).isEqualTo(20_000 / 4 * (1 + 2 + 3 + 4));
  }

  @Test
  void manyCallersShareTheHelpers() throws InterruptedException {
    AtomicInteger finished = new AtomicInteger();
    Thread[] callers = new Thread[80]; // more than the board has places
    for (int i = 0; i < callers.length; i++) {
      callers[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    Parallel parallel = eager(3);
                    for (int repeat = 0; repeat < 20; repeat++) {
                      checkRun(parallel, 10);
                    }
                    finished.getAndIncrement();
                  });
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(finished.get()).isEqualTo(callers.length);
  }
}
