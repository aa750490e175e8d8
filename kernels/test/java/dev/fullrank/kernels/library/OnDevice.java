package dev.fullrank.kernels.library;

import dev.fullrank.Device;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.cuda.CudaSession;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Matrices in the memory of the stand-in's device, with a row stride and unwritten memory between the rows. */
final class OnDevice {
  static final Device GPU = Device.cuda(0);

  /** Elements between the end of a row and the next one. */
  static final int GAP = 3;

  private final StandIn standIn;

  OnDevice(StandIn standIn) {
    this.standIn = standIn;
    CudaSession.of(GPU).enter();
  }

  /** New device memory for a matrix, nothing in it. */
  Matrix empty(ElementType type, int rows, int columns, long stream) {
    long stride = (long) columns + GAP;
    long address = standIn.allocate((long) rows * stride * type.bytes());
    return Matrix.onDevice(GPU, address, type, rows, columns, stride, stream);
  }

  /** A copy on the device, row by row, so that what is between them stays unwritten. */
  Matrix copy(Matrix host, long stream) {
    Matrix device = empty(host.type(), host.rows(), host.columns(), stream);
    byte[] row = new byte[host.columns() * host.type().bytes()];
    Matrix view = Matrix.of(MemorySegment.ofArray(row), host.type(), 1, host.columns());
    for (int i = 0; i < host.rows(); i++) {
      for (int j = 0; j < host.columns(); j++) {
        view.set(0, j, host.get(i, j));
      }
      standIn.memory().copyIn(device.address() + (long) i * device.rowStride() * host.type().bytes(), row);
    }
    return device;
  }

  /** Waits, and copies to the host what is on the device; fails where nothing was written. */
  Matrix fetch(Matrix device) {
    standIn.synchronise();
    byte[] row = new byte[device.columns() * device.type().bytes()];
    MemorySegment all = MemorySegment.ofArray(new byte[device.rows() * row.length]);
    for (int i = 0; i < device.rows(); i++) {
      standIn.memory().copyOut(device.address() + (long) i * device.rowStride() * device.type().bytes(), row);
      MemorySegment.copy(row, 0, all, ValueLayout.JAVA_BYTE, (long) i * row.length, row.length);
    }
    return Matrix.of(all, device.type(), device.rows(), device.columns());
  }

  /** Whether anything was written between the rows. */
  boolean hasWrittenGaps(Matrix device) {
    for (int i = 0; i < device.rows(); i++) {
      for (int gap = 0; gap < GAP; gap++) {
        long at = device.address() + ((long) i * device.rowStride() + device.columns() + gap) * device.type().bytes();
        if (standIn.memory().isWritten(at, 1)) {
          return true;
        }
      }
    }
    return false;
  }

  void free(Matrix... matrices) {
    for (Matrix matrix : matrices) {
      standIn.free(matrix.address());
    }
  }
}
