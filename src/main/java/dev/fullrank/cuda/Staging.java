package dev.fullrank.cuda;

import dev.fullrank.Matrix;

/**
 * The way between host memory of any layout and dense rows on the device: by pinned memory, so many rows at a time that it stays small
 * however large the matrix is.
 */
final class Staging {
  /** What is pinned is taken from the machine: enough for copies at full speed. */
  private static final long PART = 64L << 20;

  private final CudaWorkspace workspace;
  private final HostTransfer hostTransfer;
  private final PinnedBuffer pinned;

  Staging(CudaWorkspace workspace, HostTransfer hostTransfer) {
    this.workspace = workspace;
    this.hostTransfer = hostTransfer;
    this.pinned = workspace.pinnedBuffer();
  }

  /** Bytes of a dense matrix of that shape and type. */
  static long bytes(Matrix like) {
    return Math.multiplyExact((long) like.rows() * like.columns(), like.type().bytes());
  }

  private static int rowsOfPart(Matrix matrix) {
    return Math.clamp(PART / ((long) matrix.columns() * matrix.type().bytes()), 1, matrix.rows());
  }

  /** Copies a matrix to the device; the last part may still be under way. */
  void upload(Matrix from, long device) {
    int part = rowsOfPart(from);
    for (int row = 0; row < from.rows(); row += part) {
      Matrix rows = from.rows(row, Math.min(row + part, from.rows()));
      workspace.synchronize(); // what was staged before may still be read
      Matrix staged = staged(rows);
      hostTransfer.copy(rows, staged);
      workspace.queue().copyToDevice(device, staged.address(), bytes(rows));
      device += bytes(rows);
    }
  }

  /** Copies a matrix from the device, and waits for it. */
  void download(long device, Matrix to) {
    int part = rowsOfPart(to);
    for (int row = 0; row < to.rows(); row += part) {
      Matrix rows = to.rows(row, Math.min(row + part, to.rows()));
      Matrix staged = staged(rows);
      workspace.queue().copyToHost(staged.address(), device, bytes(rows));
      workspace.synchronize();
      hostTransfer.copy(staged, rows);
      device += bytes(rows);
    }
  }

  private Matrix staged(Matrix like) {
    return Matrix.of(pinned.atLeast(bytes(like)), like.type(), like.rows(), like.columns());
  }
}
