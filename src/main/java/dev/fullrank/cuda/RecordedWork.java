package dev.fullrank.cuda;

import org.jspecify.annotations.Nullable;

/**
 * Work that consists of many short pieces and is the same for matrices of one shape: it is put into the stream as a CUDA graph, which costs
 * one call instead of one for each piece. Matrices of a shape that was not the last one get the pieces, since that is when memory is
 * found for them and the libraries load their kernels; those that follow get the graph, which is recorded once. One thread at a time.
 */
final class RecordedWork {
  private final CudaWorkspace workspace;
  private final Runnable work;
  private @Nullable CudaGraph graph;
  private boolean impossible;
  private long shape = -1;
  private int moves;

  /**
   * @param work puts the pieces into the workspace's stream; uses nothing but the workspace's buffers
   */
  RecordedWork(CudaWorkspace workspace, Runnable work) {
    this.workspace = workspace;
    this.work = work;
  }

  /**
   * Puts the work into the stream.
   *
   * @param shapeOfWork not negative; the work is the same where it is
   */
  void run(long shapeOfWork) {
    if (shapeOfWork != shape || workspace.moves() != moves) {
      forget();
      work.run();
      shape = shapeOfWork;
      moves = workspace.moves();
      return;
    }
    if (graph == null && !impossible) {
      graph = record();
    }
    CudaGraph recorded = graph;
    if (recorded == null) {
      work.run();
    } else {
      workspace.launch(recorded);
    }
  }

  /** Null if a library cannot be recorded: its pieces are put into the stream each time. */
  private @Nullable CudaGraph record() {
    try {
      return workspace.record(work);
    } catch (CudaException e) {
      if (e.kind() == CudaException.Kind.CONTEXT_LOST) {
        throw e;
      }
      impossible = true;
      return null;
    }
  }

  private void forget() {
    CudaGraph old = graph;
    graph = null;
    if (old != null) {
      old.close();
    }
  }

  /** Gives the graph back. */
  void close() {
    forget();
    shape = -1;
  }
}
