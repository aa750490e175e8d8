package dev.fullrank.kernels.ptx;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Logical time, which tells accesses to memory that are ordered from those that race. It advances at every launch, start of a block
 * and barrier, and never otherwise: two accesses of the same time by different threads have no barrier between them.
 *
 * <p>A stamp is the trace that an access leaves on a byte: the time, the thread, and how far it speaks for others,
 * {@code time · 2^12 + scope · 2^10 + thread}. 0 is no access.
 */
final class Timeline {
  /** Most threads of a block are 1024 = 2^10. */
  private static final int THREAD_BITS = 10;

  private static final int SCOPE_BITS = 2;

  /** One thread. */
  private static final int THREAD = 0;

  /** Several lanes of one warp. */
  private static final int WARP = 1;

  /** Threads of several warps of one block. */
  private static final int BLOCK = 2;

  /** Threads of several blocks. */
  private static final int GRID = 3;

  /** Of all timelines together, since variables of a module may be used with several memories. */
  private static final AtomicLong CLOCK = new AtomicLong();

  private long now;
  private long launch;
  private long block;
  private long blockBarrier;
  private long warpBarrier;
  private int thread;

  void startLaunch() {
    launch = advance();
  }

  void startBlock() {
    block = advance();
    blockBarrier = block;
  }

  /** All threads of the block have met. */
  void passBlockBarrier() {
    blockBarrier = advance();
  }

  /** All lanes of a warp have met; the result is what {@link #enter} wants for this warp from now on. */
  long passWarpBarrier() {
    return advance();
  }

  /** Says who makes the accesses that follow, and when the lanes of its warp met last. */
  void enter(int newThread, long newWarpBarrier) {
    thread = newThread;
    warpBarrier = newWarpBarrier;
  }

  /** When the present block began. */
  long block() {
    return block;
  }

  /** When the present launch began. */
  long launch() {
    return launch;
  }

  /**
   * Whether the access that left the stamp may come after one that the present thread makes now.
   *
   * @param since earlier accesses count for nothing: {@link #launch} or {@link #block}
   */
  boolean unordered(long stamp, long since) {
    long time = time(stamp);
    if (time < since) {
      return false;
    }
    int scope = scope(stamp);
    if (time < block || scope == GRID) {
      return true;
    }
    if (time < blockBarrier) {
      return false;
    }
    if (scope == BLOCK || !sameWarp(stamp)) {
      return true;
    }
    return time >= warpBarrier && (scope == WARP || thread(stamp) != thread);
  }

  /** The stamp that stands for the access of the present thread as well as for that of the given stamp, as far as it still matters. */
  long merge(long stamp, long since) {
    int scope = THREAD;
    if (unordered(stamp, since)) {
      if (time(stamp) < block || scope(stamp) == GRID) {
        scope = GRID;
      } else {
        scope = scope(stamp) == BLOCK || !sameWarp(stamp) ? BLOCK : WARP;
      }
    }
    return (now << (SCOPE_BITS + THREAD_BITS)) | ((long) scope << THREAD_BITS) | thread;
  }

  /** Names who left a stamp that is not ordered. */
  String owner(long stamp) {
    int scope = scope(stamp);
    if (scope == GRID || time(stamp) < block) {
      return "a thread of another block";
    }
    return scope == THREAD ? "thread " + thread(stamp) : "another thread of the block";
  }

  private long advance() {
    now = CLOCK.incrementAndGet();
    return now;
  }

  private static long time(long stamp) {
    return stamp >>> (SCOPE_BITS + THREAD_BITS);
  }

  private static int scope(long stamp) {
    return (int) (stamp >>> THREAD_BITS) & ((1 << SCOPE_BITS) - 1);
  }

  private static int thread(long stamp) {
    return (int) stamp & ((1 << THREAD_BITS) - 1);
  }

  private boolean sameWarp(long stamp) {
    return thread(stamp) / Registers.LANES == thread / Registers.LANES;
  }
}
