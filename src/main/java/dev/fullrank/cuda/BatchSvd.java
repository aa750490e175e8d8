package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * V of each matrix by cuSOLVER's gesvdj, all matrices of one shape in one call. What it decomposes is Yᵀ where Y has n rows of k, so that V
 * is the left factor.
 */
final class BatchSvd {
  /** The longest side that cuSOLVER takes. */
  static final int MOST = 32;

  private final CudaWorkspace workspace;
  private final DeviceBuffer copy;
  private final DeviceBuffer sigma;
  private final DeviceBuffer right;
  private final DeviceBuffer scratch;
  private final DeviceBuffer status;
  private final PinnedBuffer statusOnHost;

  BatchSvd(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.copy = workspace.buffer();
    this.sigma = workspace.buffer();
    this.right = workspace.buffer();
    this.scratch = workspace.buffer();
    this.status = workspace.buffer();
    this.statusOnHost = workspace.pinnedBuffer();
  }

  /** Bytes that one matrix takes: a copy of Y, the singular values, and the factor that nobody asks for. */
  static long bytes(BatchMatrix m) {
    return (m.entries() + m.k() + (long) m.n() * m.n()) * Double.BYTES;
  }

  /** Puts the decompositions of matrices, which are in the order of their shapes, into the stream. */
  void decompose(List<BatchMatrix> matrices) {
    int from = 0;
    while (from < matrices.size()) {
      int to = from + 1;
      while (to < matrices.size() && haveOneShape(matrices.get(from), matrices.get(to))) {
        to++;
      }
      decompose(matrices.get(from), to - from, status(matrices) + (long) from * Integer.BYTES);
      from = to;
    }
    workspace.queue().copyToHost(statusOnHost(matrices).address(), status(matrices), (long) matrices.size() * Integer.BYTES);
  }

  private static boolean haveOneShape(BatchMatrix a, BatchMatrix b) {
    return a.k() == b.k() && a.n() == b.n();
  }

  private void decompose(BatchMatrix first, int count, long info) {
    CudaQueue queue = workspace.queue();
    int k = first.k();
    int n = first.n();
    long bytes = count * first.entries() * Double.BYTES;
    long a = copy.atLeast(bytes);
    queue.copy(a, first.y, bytes);
    long s = sigma.atLeast((long) count * k * Double.BYTES);
    long v = right.atLeast((long) count * n * n * Double.BYTES);
    int size = queue.jacobiSvdBatchedWorkspace(true, k, n, a, k, s, first.v, k, v, n, count);
    long work = scratch.atLeast((long) Math.max(1, size) * Double.BYTES);
    queue.jacobiSvdBatched(true, k, n, a, k, s, first.v, k, v, n, work, size, info, count);
  }

  /** Tells each matrix what its decomposition said of itself; after the stream has been waited for. */
  void settle(List<BatchMatrix> matrices) {
    MemorySegment host = statusOnHost(matrices);
    for (int i = 0; i < matrices.size(); i++) {
      matrices.get(i).decomposed(host.getAtIndex(ValueLayout.JAVA_INT, i) == 0);
    }
  }

  private long status(List<BatchMatrix> matrices) {
    return status.atLeast((long) matrices.size() * Integer.BYTES);
  }

  private MemorySegment statusOnHost(List<BatchMatrix> matrices) {
    return statusOnHost.atLeast((long) matrices.size() * Integer.BYTES);
  }
}
