package dev.fullrank.cpu;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps workspaces between calls, so that a call on a shared object allocates nothing and takes no lock.
 *
 * <p>Any number of threads may hold a workspace at a time; at most {@code capacity} are kept when they come back, the others are
 * left to the garbage collector.
 *
 * @param <T> the workspace; used by one thread at a time
 */
public final class WorkspacePool<T> implements AutoCloseable {
  private static final int KEPT = 64;

  private final AtomicReferenceArray<@Nullable T> kept;
  private final Supplier<? extends T> factory;
  private final Consumer<? super T> disposal;
  private volatile boolean closed;

  /** Keeps up to {@value #KEPT}: more threads that compute at once than any machine has use for on one object. */
  public WorkspacePool(Supplier<? extends T> factory) {
    this(factory, workspace -> {});
  }

  /** The same with something to be done for each workspace that is not kept any more. */
  public WorkspacePool(Supplier<? extends T> factory, Consumer<? super T> disposal) {
    this(KEPT, factory, disposal);
  }

  /**
   * @param capacity how many workspaces to keep, at least 1
   * @param factory makes one when none is left
   * @param disposal gives back what a workspace holds beside memory of the heap
   * @throws IllegalArgumentException if the capacity is not positive
   */
  public WorkspacePool(int capacity, Supplier<? extends T> factory, Consumer<? super T> disposal) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a pool keeps at least one workspace, not " + capacity);
    }
    this.kept = new AtomicReferenceArray<>(capacity);
    this.factory = factory;
    this.disposal = disposal;
  }

  /**
   * Does nothing while the pool is open.
   *
   * @throws IllegalStateException if it is closed
   */
  public void requireOpen() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
  }

  /**
   * A workspace for the caller alone, until it is released.
   *
   * @throws IllegalStateException if the pool is closed
   */
  public T acquire() {
    requireOpen();
    for (int i = 0; i < kept.length(); i++) {
      T workspace = kept.get(i);
      if (workspace != null && kept.compareAndSet(i, workspace, null)) {
        return workspace;
      }
    }
    return factory.get();
  }

  /** Gives a workspace back; disposed of if the pool is full or closed. */
  public void release(T workspace) {
    for (int i = 0; i < kept.length() && !closed; i++) {
      if (kept.get(i) == null && kept.compareAndSet(i, null, workspace)) {
        if (!closed || !kept.compareAndSet(i, workspace, null)) { // close() may have passed this place already
          return;
        }
        break;
      }
    }
    disposal.accept(workspace);
  }

  /** Disposes of all workspaces; of those in use when they come back. Harmless when repeated. */
  @Override
  public void close() {
    closed = true;
    for (int i = 0; i < kept.length(); i++) {
      T workspace = kept.getAndSet(i, null);
      if (workspace != null) {
        disposal.accept(workspace);
      }
    }
  }
}
