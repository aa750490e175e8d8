package dev.fullrank.cpu;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The daemon threads that join a {@link Parallel}, shared by all instances of the process: started when first called for, ended
 * when idle for long. Runs that want help stand on a board of fixed size; one that finds no place there does without.
 */
final class Helpers {
  /** Long against the pause between two training steps, short against the life of a server. */
  private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Runs that can be on the board at a time; a multiple of any sensible number of threads that train at once. */
  private static final int PLACES = 64;

  private static final AtomicReferenceArray<@Nullable Parallel> BOARD = new AtomicReferenceArray<>(PLACES);
  private static final AtomicReferenceArray<@Nullable Helper> STAFF = new AtomicReferenceArray<>(Parallel.MOST);
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static final AtomicInteger ALIVE = new AtomicInteger();
  private static final AtomicInteger FREE = new AtomicInteger();

  private Helpers() {}

  /** Whether a helper is awake and without work, as it was just now. */
  static boolean isOneFree() {
    return FREE.get() > 0;
  }

  /** Says that a helper, the calling thread, begins to work. */
  static void isBusy() {
    FREE.getAndDecrement();
  }

  /** Says that it has ended, before whoever waits for it may know. */
  static void isFree() {
    FREE.getAndIncrement();
  }

  /** Puts a run on the board and wakes as many helpers; returns its place, or −1 if the board was full. */
  static int call(Parallel run, int wanted) {
    int place = PLACES - 1;
    while (place >= 0 && !BOARD.compareAndSet(place, null, run)) {
      place--;
    }
    if (place >= 0) {
      CALLS.getAndIncrement();
      hire(wanted);
      wake(wanted);
    }
    return place;
  }

  /** Takes a run off the board. */
  static void dismiss(Parallel run, int place) {
    if (place >= 0) {
      BOARD.compareAndSet(place, run, null);
    }
  }

  /**
   * A daemon that keeps neither thread-locals nor the class loader of whoever happens to make it, which may want to be
   * unloaded.
   */
  static Thread withoutInheritance(String name, Runnable body) {
    Thread thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(name).unstarted(body);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    return thread;
  }

  private static void wake(int wanted) {
    for (int i = 0; i < STAFF.length() && wanted > 0; i++) {
      Helper helper = STAFF.get(i);
      if (helper != null && helper.parked.compareAndSet(true, false)) {
        LockSupport.unpark(helper.thread);
        wanted--;
      }
    }
  }

  /** If the system refuses another thread, that is no reason to fail: the caller does the work. */
  private static void hire(int wanted) {
    try {
      for (int i = 0; i < STAFF.length() && ALIVE.get() < wanted; i++) {
        if (STAFF.get(i) == null) {
          Helper helper = new Helper(i);
          if (STAFF.compareAndSet(i, null, helper)) {
            ALIVE.getAndIncrement();
            helper.start();
          }
        }
      }
    } catch (OutOfMemoryError e) {
      System.getLogger(Helpers.class.getName()).log(System.Logger.Level.DEBUG, "no more threads", e);
    }
  }

  private static final class Helper implements Runnable {
    final int place;
    final AtomicBoolean parked = new AtomicBoolean();
    final Thread thread;

    Helper(int place) {
      this.place = place;
      thread = withoutInheritance("fullrank-" + place, this);
    }

    void start() {
      boolean started = false;
      try {
        thread.start();
        started = true;
      } finally {
        if (!started) {
          leave();
        }
      }
    }

    @Override
    public void run() {
      isFree();
      long idleSince = System.nanoTime();
      while (System.nanoTime() - idleSince < KEEP_ALIVE_NANOS) {
        int calls = CALLS.get();
        if (joinOne()) {
          idleSince = System.nanoTime();
        } else if (!sawCall(calls)) {
          parkUnlessCalled(calls);
        }
      }
      isBusy();
      leave();
    }

    private boolean joinOne() {
      for (int i = PLACES - 1; i >= 0; i--) {
        Parallel run = BOARD.get(i);
        if (run != null && run.join()) {
          return true;
        }
      }
      return false;
    }

    private static boolean sawCall(int calls) {
      boolean seen = CALLS.get() != calls;
      long begin = System.nanoTime();
      do {
        for (int poll = 0; poll < Parallel.POLLS && !seen; poll++) {
          Thread.onSpinWait();
          seen = CALLS.get() != calls;
        }
      } while (!seen && System.nanoTime() - begin < Parallel.POLL_NANOS);
      return seen;
    }

    /** Whoever calls after the flag is up sees it, and wakes; whoever called before has changed the count. */
    private void parkUnlessCalled(int calls) {
      isBusy();
      parked.set(true);
      if (CALLS.get() == calls) {
        LockSupport.parkNanos(Helpers.class, KEEP_ALIVE_NANOS);
      }
      parked.set(false);
      isFree();
    }

    private void leave() {
      STAFF.set(place, null);
      ALIVE.getAndDecrement();
    }
  }
}
