package dev.fullrank.cuda;

import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The way between the host's matrices and a batch: all of them in one copy, by way of pinned memory. A matrix whose memory cannot be
 * read or written fails alone.
 */
final class BatchStaging {
  private final CudaWorkspace workspace;
  private final HostTransfer hostTransfer;
  private final PinnedBuffer pinned;

  BatchStaging(CudaWorkspace workspace, HostTransfer hostTransfer) {
    this.workspace = workspace;
    this.hostTransfer = hostTransfer;
    this.pinned = workspace.pinnedBuffer();
  }

  /** Copies the inputs to the device; what was staged before must have been read. */
  void upload(List<BatchMatrix> matrices, BatchMemory memory) {
    long bytes = memory.inputBytes();
    if (bytes == 0) {
      return;
    }
    MemorySegment host = pinned.atLeast(bytes);
    for (BatchMatrix m : matrices) {
      if (!m.input().isOnDevice()) {
        copy(m, m.input(), staged(host, m.x - memory.inputs(), m.input()));
      }
    }
    workspace.queue().copyToDevice(memory.inputs(), host.address(), bytes);
  }

  /** Copies those gradients to the host that were wanted, and waits for them. */
  void download(List<BatchMatrix> matrices, BatchMemory memory) {
    long bytes = memory.outputBytes();
    if (bytes == 0) {
      return;
    }
    MemorySegment host = pinned.atLeast(bytes);
    workspace.queue().copyToHost(host.address(), memory.outputs(), bytes);
    workspace.synchronize();
    for (BatchMatrix m : matrices) {
      if (!m.gradient().isOnDevice() && m.wantsGradient()) {
        copy(m, staged(host, m.out - memory.outputs(), m.gradient()), m.gradient());
      }
    }
  }

  private static Matrix staged(MemorySegment host, long offset, Matrix like) {
    return Matrix.of(host.asSlice(offset, Staging.bytes(like)), like.type(), like.rows(), like.columns());
  }

  private void copy(BatchMatrix m, Matrix from, Matrix to) {
    try {
      hostTransfer.copy(from, to);
    } catch (RuntimeException e) {
      m.fail(e);
    }
  }
}
