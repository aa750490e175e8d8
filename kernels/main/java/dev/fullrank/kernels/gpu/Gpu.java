package dev.fullrank.kernels.gpu;

import dev.fullrank.Device;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/** A GPU as a caller of the library uses it: matrices in its memory, in a stream of their own. One thread at a time. */
public final class Gpu implements AutoCloseable {
  static final Device DEVICE = Device.cuda(0);

  /** What is in new memory, so that reading and writing between the rows of a matrix shows: NaN in every element type. */
  private static final int FILLING = 0xFF;

  private final Device device;
  private final CudaContext context;
  private final CudaQueue queue;
  private final Deque<Long> pieces = new ArrayDeque<>();

  private Gpu(Device device, CudaContext context) {
    this.device = device;
    this.context = context;
    context.makeCurrent();
    this.queue = context.queue();
  }

  /** Opens the first GPU. */
  static Gpu open() {
    return open(DEVICE);
  }

  /**
   * Opens a GPU for the calling thread.
   *
   * @throws IllegalStateException if there is none
   */
  public static Gpu open(Device device) {
    return switch (CudaAvailability.get()) {
      case CudaAvailability.Available available -> new Gpu(device, available.library().context(device.ordinal()));
      case CudaAvailability.Missing missing -> throw new IllegalStateException("no GPU can be used: " + missing.explanation());
    };
  }

  /** Copies go there, and it is the stream of the matrices. */
  public CudaQueue queue() {
    context.makeCurrent();
    return queue;
  }

  /** Bytes that are free on the device, whoever uses the rest. */
  long freeMemory() {
    context.makeCurrent();
    return context.freeMemory();
  }

  /** New memory with undefined contents. */
  public long allocate(long bytes) {
    context.makeCurrent();
    long address = context.allocate(bytes);
    pieces.push(address);
    return address;
  }

  /** Gives back all that was allocated. */
  public void freeAll() {
    context.makeCurrent();
    while (!pieces.isEmpty()) {
      context.free(pieces.pop());
    }
  }

  /** A matrix without contents, rows so many elements apart. */
  public Matrix empty(ElementType type, int rows, int columns, long rowStride) {
    long bytes = Math.multiplyExact(rows * rowStride, type.bytes());
    long address = allocate(bytes);
    queue.fill(address, FILLING, bytes);
    return Matrix.onDevice(device, address, type, rows, columns, rowStride, queue.ownStream());
  }

  /** A copy of a dense matrix on the host. */
  public Matrix copy(Matrix host, long rowStride) {
    Matrix there = empty(host.type(), host.rows(), host.columns(), rowStride);
    long rowBytes = rowBytes(host);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment image = image(arena, there);
      image.fill((byte) FILLING);
      for (int i = 0; i < host.rows(); i++) {
        MemorySegment.copy(host.segment(), i * rowBytes, image, i * strideBytes(there), rowBytes);
      }
      queue.copyToDevice(there.address(), image.address(), image.byteSize());
      queue.synchronize();
    }
    return there;
  }

  /**
   * Waits, and copies a matrix to the host, dense.
   *
   * @throws AssertionError if something was written between its rows
   */
  public Matrix fetch(Matrix there) {
    Matrix host = HostMatrices.zeros(there.type(), there.rows(), there.columns());
    long rowBytes = rowBytes(host);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment image = image(arena, there);
      queue().copyToHost(image.address(), there.address(), image.byteSize());
      queue.synchronize();
      for (int i = 0; i < there.rows(); i++) {
        long row = i * strideBytes(there);
        MemorySegment.copy(image, row, host.segment(), i * rowBytes, rowBytes);
        requireFilling(image.asSlice(row + rowBytes, strideBytes(there) - rowBytes), there);
      }
    }
    return host;
  }

  private static void requireFilling(MemorySegment gap, Matrix there) {
    for (long at = 0; at < gap.byteSize(); at++) {
      if (gap.get(ValueLayout.JAVA_BYTE, at) != (byte) FILLING) {
        throw new AssertionError("something was written between the rows of " + there);
      }
    }
  }

  private static MemorySegment image(Arena arena, Matrix there) {
    return arena.allocate(there.rows() * strideBytes(there), Double.BYTES);
  }

  private static long rowBytes(Matrix matrix) {
    return (long) matrix.columns() * matrix.type().bytes();
  }

  private static long strideBytes(Matrix matrix) {
    return matrix.rowStride() * matrix.type().bytes();
  }

  @Override
  public void close() {
    context.makeCurrent();
    try {
      queue.close();
      freeAll();
    } finally {
      context.close();
    }
  }
}
