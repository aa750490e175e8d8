package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;

/**
 * A few numbers on their way to the host, by a stream of their own: who waits for them does not wait for work that was put into the
 * stream later. One thread at a time.
 */
final class Readback {
  private final CudaWorkspace workspace;
  private final PinnedBuffer pinned;
  private final int place;

  /**
   * @param place of the copy in the workspace's queue of them
   */
  Readback(CudaWorkspace workspace, PinnedBuffer pinned, int place) {
    this.workspace = workspace;
    this.pinned = pinned;
    this.place = place;
  }

  /** Copies what work so far leaves on the device; the same number of bytes each time. */
  void start(long device, long bytes) {
    CopyQueue queue = workspace.readbackQueue();
    queue.follow(workspace.stream());
    queue.toHost(pinned.atLeast(bytes).address(), device, bytes, place);
  }

  /** Waits for the numbers. */
  MemorySegment get(long bytes) {
    workspace.readbackQueue().await(place);
    return pinned.atLeast(bytes);
  }
}
