package dev.fullrank.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of a job on the calling thread and on helpers from a pool of daemon threads; together with {@link Helpers} all
 * that knows threads.
 *
 * <p>The caller takes part and needs nobody: helpers that are busy elsewhere only make it slower, so there is nothing to starve,
 * whatever pool or virtual thread the caller runs in. Tasks are claimed one by one, from both ends. An instance belongs to one caller at a time
 * and allocates nothing per run.
 *
 * <p>Helpers join through one word that holds the gate (open or closed), the seats, how many were taken and how many of those are
 * still at work. A helper that comes late, even one that saw an earlier run, joins what is open now or nothing: it reads no
 * other field before it has its seat, and no field changes while somebody sits.
 */
public final class Parallel {
  /** Work that may be shared; called once for each task, by any participant. */
  public interface Job {
    /**
     * Does task number {@code task}.
     *
     * @param slot number of the participant, 0 for the caller, below {@link #parallelism()}; no two at a time have the same
     */
    void run(int task, int slot);
  }

  /** More participants than this have never had a use on one matrix; bounds buffers and threads. */
  static final int MOST = 256;

  /**
   * Operations below which a job stays with the caller: chosen such that it takes some 20 µs on one core, which is what a parked
   * thread needs to wake up.
   */
  private static final long WORTH_SHARING = 1L << 20;

  /** A helper that polls joins within half a microsecond: so much smaller may a job be while one does. */
  private static final int AWAKE = 2;

  /** 40 multiply-adds a nanosecond in the widest tiles, where lines from the L2 cache allow some 5 to 10. */
  private static final int TILED = 4;

  /**
   * How long a thread polls before it parks: some times as long as it would need to wake up again, on a virtual machine, and longer than
   * most of what an evaluation does alone.
   */
  static final long POLL_NANOS = Runtime.getRuntime().availableProcessors() > 1 ? 200_000 : 0;

  /** Polls, of 10 to 50 ns each, between two looks at the clock, which takes about as long. */
  static final int POLLS = 16;

  private static final long OPEN = 1L << 48;
  private static final long ONE_TAKEN = 1L << 16;
  private static final long ONE_AT_WORK = 1L << 32;
  private static final long FIELD = 0xffff;
  private static final int END = 32;

  /** Asked whether it may read a segment, on behalf of all threads that are not the caller; never started. */
  private static final Thread ANOTHER = Helpers.withoutInheritance("fullrank-never-started", () -> {});

  /**
   * Set while a thread is at a task that is shared: what the task would share in turn it does alone, for the threads that the
   * caller allows are at work already.
   */
  private static final ThreadLocal<@Nullable Boolean> AT_SHARED_TASK = new ThreadLocal<>();

  private final int parallelism;
  private final long worthSharing;

  /** The first task that nobody has taken, and in the upper half the one after the last. */
  private final AtomicLong left = new AtomicLong();

  private final AtomicLong gate = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable Job job;
  private volatile @Nullable Thread waiting;

  /** With another threshold, so that tests can share the smallest job. */
  Parallel(int parallelism, long worthSharing) {
    this.parallelism = parallelism;
    this.worthSharing = worthSharing;
  }

  /**
   * For up to {@code parallelism} participants, the caller included; 0 means one for each processor.
   *
   * @throws IllegalArgumentException if negative
   */
  public static Parallel of(int parallelism) {
    if (parallelism < 0) {
      throw new IllegalArgumentException("parallelism must be 0 (all processors) or positive, not " + parallelism);
    }
    int wanted = parallelism == 0 ? Runtime.getRuntime().availableProcessors() : parallelism;
    return new Parallel(Math.min(wanted, MOST), WORTH_SHARING);
  }

  /** The most participants of a run. */
  int parallelism() {
    return parallelism;
  }

  /** Multiply-adds in register tiles, in units of those on lines of memory, of which the tile does several in the same time. */
  static long inTiles(long multiplyAdds) {
    return multiplyAdds / TILED;
  }

  /** Whether other threads may use the memory; those of a confined arena may not, and its owner works alone. */
  public static boolean mayShare(MemorySegment segment) {
    return segment.isAccessibleBy(ANOTHER);
  }

  /** Whether a job of so many operations would be shared if it had several tasks. */
  boolean mayShare(long operations) {
    return parallelism > 1 && operations >= worthSharing && AT_SHARED_TASK.get() == null;
  }

  /** Runs all tasks in ascending order on the calling thread. */
  public static void runAlone(Job job, int tasks) {
    for (int task = 0; task < tasks; task++) {
      job.run(task, 0);
    }
  }

  /**
   * Runs all tasks and returns when all are done; what a task throws reaches the caller, and tasks not yet begun are dropped. A
   * run inside a shared task stays with the thread that is at that task.
   *
   * @param operations about how many multiply-adds all tasks need together; few are not worth sharing
   */
  public void run(Job job, int tasks, long operations) {
    int helpers = Math.min(parallelism, tasks) - 1;
    boolean worthWaking = mayShare(operations);
    if (helpers < 1 || !(worthWaking || (mayShare(AWAKE * operations) && Helpers.isOneFree()))) {
      runAlone(job, tasks);
      return;
    }
    this.job = job;
    left.set((long) tasks << END);
    gate.set(OPEN | helpers);
    int place = Helpers.call(this, worthWaking ? helpers : 0);
    try {
      takePart(0);
    } finally {
      Helpers.dismiss(this, place);
      closeAndWait();
      this.job = null;
    }
    rethrow(failure.getAndSet(null));
  }

  /** Takes a seat if one is free and works until no task is left; called by helpers. False if there was no seat. */
  boolean join() {
    long seen = gate.get();
    while ((seen & OPEN) != 0 && taken(seen) < (seen & FIELD)) {
      if (gate.compareAndSet(seen, seen + ONE_TAKEN + ONE_AT_WORK)) {
        Helpers.isBusy();
        takePart((int) taken(seen) + 1);
        Helpers.isFree();
        gate.addAndGet(-ONE_AT_WORK);
        LockSupport.unpark(waiting);
        return true;
      }
      seen = gate.get();
    }
    return false;
  }

  private static long taken(long gate) {
    return gate / ONE_TAKEN & FIELD;
  }

  @SuppressWarnings("CatchingUnchecked") // whatever a task throws belongs to the caller
  private void takePart(int slot) {
    AT_SHARED_TASK.set(true);
    try {
      Job mine = Objects.requireNonNull(job);
      for (int task = take(slot); task >= 0; task = take(slot)) {
        mine.run(task, slot);
      }
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
      left.set(0);
    } finally {
      AT_SHARED_TASK.set(null);
    }
  }

  /**
   * The caller takes tasks from the first on, helpers from the last: who works on the same rows again has them in its cache.
   *
   * @return −1 if none is left
   */
  private int take(int slot) {
    if (slot == 0) {
      long seen = left.getAndIncrement();
      return (int) seen < seen >> END ? (int) seen : -1;
    }
    long seen = left.getAndAdd(-1L << END);
    long last = (seen >> END) - 1;
    return (int) seen <= last ? (int) last : -1;
  }

  private void closeAndWait() {
    long seen = gate.get();
    while (!gate.compareAndSet(seen, seen & ~OPEN)) {
      seen = gate.get();
    }
    long begin = System.nanoTime();
    do {
      for (int poll = 0; poll < POLLS && gate.get() >= ONE_AT_WORK; poll++) {
        Thread.onSpinWait();
      }
    } while (gate.get() >= ONE_AT_WORK && System.nanoTime() - begin < POLL_NANOS);
    if (gate.get() < ONE_AT_WORK) {
      return;
    }
    waiting = Thread.currentThread();
    boolean interrupted = false; // a thread with the flag set cannot park, so it is taken down meanwhile
    while (gate.get() >= ONE_AT_WORK) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    waiting = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
