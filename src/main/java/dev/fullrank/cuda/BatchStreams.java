package dev.fullrank.cuda;

import dev.fullrank.Matrix;
import java.util.Arrays;
import java.util.List;

/** The streams of the matrices of a batch: work goes into one of them, after what is in the others, which come after it. */
final class BatchStreams {
  private static final int FEW = 4;

  private final CudaWorkspace workspace;
  private long[] streams = new long[FEW];
  private int count;

  BatchStreams(CudaWorkspace workspace) {
    this.workspace = workspace;
  }

  /** Works in the stream of the first matrix on the device, or in the own one if all are on the host, after what is in the others. */
  void enter(List<BatchMatrix> matrices) {
    count = 0;
    for (BatchMatrix m : matrices) {
      collect(m.input());
    }
    for (BatchMatrix m : matrices) {
      collect(m.gradient());
    }
    if (count == 0) {
      workspace.leave();
      return;
    }
    workspace.continueIn(streams[0]);
    for (int i = 1; i < count; i++) {
      workspace.waitFor(streams[i]);
    }
  }

  private void collect(Matrix matrix) {
    if (matrix.isOnDevice() && !isKnown(matrix.stream())) {
      if (count == streams.length) {
        streams = Arrays.copyOf(streams, 2 * count);
      }
      streams[count++] = matrix.stream();
    }
  }

  /** Most often it is the one that came last. */
  private boolean isKnown(long stream) {
    for (int i = count - 1; i >= 0; i--) {
      if (streams[i] == stream) {
        return true;
      }
    }
    return false;
  }

  /** Lets all of them wait for what was done, so that their owners may overwrite inputs and read gradients. */
  void exit() {
    for (int i = 1; i < count; i++) {
      workspace.precede(streams[i]);
    }
  }
}
