package dev.fullrank.cuda;

import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The way between host memory of any layout and dense rows on the device: by a ring of pinned parts, so that it stays small however large
 * the matrix is, and the host fills or empties one part while others are under way. Copies have a stream of their own. One thread at a
 * time.
 */
final class Staging {
  /**
   * 2²² bytes: with so many, the copy of a part on the host is worth sharing among threads whatever the type of the elements, and that by
   * the device takes some 160 µs at the 25 GB/s of PCIe 4, beside which starting it does not count.
   */
  private static final long PART = 1L << 22;

  /** One that the host fills, one that is under way, and two between them, so that a pause of one side does not stop the other. */
  private static final int PARTS = 4;

  private final CudaContext context;
  private final PinnedBuffer[] parts = new PinnedBuffer[PARTS];
  private @Nullable CopyQueue copies;
  private int next;
  private boolean reused;

  Staging(CudaContext context) {
    this.context = context;
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new PinnedBuffer(context);
    }
  }

  /** Bytes of a dense matrix of that shape and type. */
  static long bytes(Matrix like) {
    return Math.multiplyExact((long) like.rows() * like.columns(), like.type().bytes());
  }

  private static int rowsOfPart(Matrix matrix) {
    return Math.clamp(PART / ((long) matrix.columns() * matrix.type().bytes()), 1, matrix.rows());
  }

  private static Matrix part(Matrix matrix, int i) {
    int rows = rowsOfPart(matrix);
    return matrix.rows(i * rows, (int) Math.min((i + 1L) * rows, matrix.rows()));
  }

  /** Says that device memory of earlier uploads may be written anew: the next one comes after the work that still uses it. */
  void reuse() {
    reused = true;
  }

  /**
   * Copies a matrix to the device. When this returns the matrix has been read; the copies may be under way, beside earlier work in the
   * stream, and later work there comes after them.
   */
  void upload(Matrix from, HostTransfer hostTransfer, long device, long stream) {
    CopyQueue queue = copies();
    if (reused) {
      queue.follow(stream);
      reused = false;
    }
    int count = Math.ceilDiv(from.rows(), rowsOfPart(from));
    for (int i = 0; i < count; i++) {
      Matrix rows = part(from, i);
      Matrix staged = staged(queue, next, rows);
      hostTransfer.copy(rows, staged);
      queue.toDevice(device, staged.address(), bytes(rows), next);
      device += bytes(rows);
      next = (next + 1) % PARTS;
    }
    queue.precede(stream);
  }

  /** Copies what work in the stream leaves at an address to a matrix on the host, and waits for it. */
  void download(long device, Matrix to, HostTransfer hostTransfer, long stream) {
    CopyQueue queue = copies();
    queue.follow(stream);
    int count = Math.ceilDiv(to.rows(), rowsOfPart(to));
    for (int i = 0; i < count + PARTS; i++) { // a place is emptied before it is asked for the next part
      int place = i % PARTS;
      if (i >= PARTS && i - PARTS < count) {
        Matrix rows = part(to, i - PARTS);
        hostTransfer.copy(staged(queue, place, rows), rows);
      }
      if (i < count) {
        Matrix rows = part(to, i);
        queue.toHost(staged(queue, place, rows).address(), device, bytes(rows), place);
        device += bytes(rows);
      }
    }
  }

  /** The memory of a place, once no copy uses it. */
  private Matrix staged(CopyQueue queue, int place, Matrix like) {
    queue.await(place);
    MemorySegment memory = parts[place].atLeast(bytes(like));
    return Matrix.of(memory, like.type(), like.rows(), like.columns());
  }

  /** Made when the first matrix of the host comes; there may be none. */
  private CopyQueue copies() {
    if (copies == null) {
      copies = context.copyQueue(PARTS);
    }
    return copies;
  }

  /** Waits for copies and gives everything back. */
  void close() {
    try {
      if (copies != null) {
        copies.close();
      }
    } finally {
      for (PinnedBuffer part : parts) {
        part.free();
      }
    }
  }
}
