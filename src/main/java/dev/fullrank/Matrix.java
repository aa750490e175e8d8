package dev.fullrank;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rectangular view of the caller's memory, on the host or on a GPU; nothing is copied.
 *
 * <p>Element (i, j) lies {@code i·rowStride + j·columnStride} elements after the first one. Strides and offsets count elements,
 * never bytes. A view addresses each element once: one of the two strides must step over the whole extent of the other.
 *
 * <p>A view is immutable and may be shared between threads as far as the memory under it may: a segment of a confined arena
 * is usable in its own thread alone, and use of memory whose arena has been closed throws {@link IllegalStateException}.
 */
public final class Matrix {
  /** {@link #memoryHash} of all memory outside the heap, one address space; no array has it, as hashes are not negative. */
  private static final int NATIVE_MEMORY = -1;

  /** {@link #memoryHash} of an array behind a read-only segment, which does not tell it. */
  static final int UNKNOWN_MEMORY = -2;

  /** What {@link #memoryHash} counts down from for the memory of GPUs. */
  private static final int DEVICE_MEMORY = -3;

  /** On a GPU a segment of no bytes at the device's address, so that nothing can be read by mistake. */
  private final MemorySegment segment;

  private final @Nullable DeviceMemory location;
  private final @Nullable Object array;
  private final ElementType type;
  private final ByteOrder order;
  private final int rows;
  private final int columns;
  private final long rowStride;
  private final long columnStride;

  /** See {@link #memoryHash}; 0 until it is asked for. Racing threads write the same. */
  private int memoryHash;

  private Matrix(
      MemorySegment segment,
      @Nullable DeviceMemory location,
      ElementType type,
      ByteOrder order,
      int rows,
      int columns,
      long rowStride,
      long columnStride) {
    this.segment = segment;
    this.location = location;
    this.array = segment.isNative() ? null : segment.heapBase().orElse(null);
    this.type = type;
    this.order = order;
    this.rows = rows;
    this.columns = columns;
    this.rowStride = rowStride;
    this.columnStride = columnStride;
  }

  /** A dense row-major matrix: element (i, j) is {@code values[i·columns + j]}. */
  public static Matrix of(double[] values, int rows, int columns) {
    return of(values, 0, rows, columns, columns);
  }

  /** A row-major matrix with padded rows: element (i, j) is {@code values[offset + i·rowStride + j]}. */
  public static Matrix of(double[] values, int offset, int rows, int columns, long rowStride) {
    Objects.requireNonNull(values, "values");
    return of(MemorySegment.ofArray(values), ElementType.FLOAT64, offset, rows, columns, rowStride);
  }

  /** A dense row-major matrix: element (i, j) is {@code values[i·columns + j]}. */
  public static Matrix of(float[] values, int rows, int columns) {
    return of(values, 0, rows, columns, columns);
  }

  /** A row-major matrix with padded rows: element (i, j) is {@code values[offset + i·rowStride + j]}. */
  public static Matrix of(float[] values, int offset, int rows, int columns, long rowStride) {
    Objects.requireNonNull(values, "values");
    return of(MemorySegment.ofArray(values), ElementType.FLOAT32, offset, rows, columns, rowStride);
  }

  /** A dense row-major matrix at the start of a segment, in native byte order. */
  public static Matrix of(MemorySegment segment, ElementType type, int rows, int columns) {
    return of(segment, type, 0, rows, columns, columns);
  }

  /** A row-major matrix in a segment, in native byte order; {@code offset} counts elements. */
  public static Matrix of(MemorySegment segment, ElementType type, long offset, int rows, int columns, long rowStride) {
    return strided(segment, type, ByteOrder.nativeOrder(), offset, rows, columns, rowStride, 1);
  }

  /**
   * A dense row-major matrix that starts at the buffer's position and is read and written in the buffer's byte order.
   *
   * <p>A new {@code ByteBuffer} is big-endian until told otherwise: set {@code order(ByteOrder.nativeOrder())} before filling
   * it through views, both for correctness and for speed.
   */
  public static Matrix of(ByteBuffer buffer, ElementType type, int rows, int columns) {
    return of(buffer, type, 0, rows, columns, columns);
  }

  /** A row-major matrix {@code offset} elements after the buffer's position, in the buffer's byte order. */
  public static Matrix of(ByteBuffer buffer, ElementType type, long offset, int rows, int columns, long rowStride) {
    Objects.requireNonNull(buffer, "buffer");
    return strided(MemorySegment.ofBuffer(buffer), type, buffer.order(), offset, rows, columns, rowStride, 1);
  }

  /** A dense column-major (Fortran order) matrix: element (i, j) lies {@code i + j·rows} after the first, native byte order. */
  public static Matrix columnMajor(MemorySegment segment, ElementType type, int rows, int columns) {
    return strided(segment, type, ByteOrder.nativeOrder(), 0, rows, columns, 1, rows);
  }

  /**
   * A row-major matrix in the memory of a GPU, for regularizers that compute there. Nothing keeps the memory alive but its owner, and
   * nothing checks that it is there.
   *
   * <p>A regularizer puts its work into the stream of its input, or of the gradient where that is on the device and the input is not, and
   * does not wait for it until a value is asked for: what the caller put into that stream before is seen, and what the caller puts
   * there afterwards sees the gradient.
   *
   * @param device a GPU
   * @param address device address of element (0, 0), a multiple of the element's size
   * @param rowStride elements from (i, j) to (i+1, j), at least {@code columns}
   * @param stream a stream of the device's primary context, as CUDA's driver API gives it; 0 is the default stream
   * @throws IllegalArgumentException if the device is the CPU, a size is not positive, rows would overlap, or the address is 0 or not
   *     aligned
   */
  public static Matrix onDevice(Device device, long address, ElementType type, int rows, int columns, long rowStride, long stream) {
    DeviceMemory location = DeviceMemory.of(device, address, type, rows, columns, rowStride, stream);
    return new Matrix(MemorySegment.ofAddress(address), location, type, ByteOrder.nativeOrder(), rows, columns, rowStride, 1);
  }

  /**
   * The general view, from which all others are made.
   *
   * @param segment the memory; heap, native or mapped, of any size
   * @param type how an element is stored
   * @param order the byte order of the elements
   * @param offset elements before element (0, 0)
   * @param rows number of rows, b, at least 1
   * @param columns number of columns, d, at least 1
   * @param rowStride elements from (i, j) to (i+1, j), at least 1
   * @param columnStride elements from (i, j) to (i, j+1), at least 1
   * @throws IllegalArgumentException if a dimension or stride is not positive, or if elements would overlap
   * @throws IndexOutOfBoundsException if the segment is too small
   */
  public static Matrix strided(
      MemorySegment segment,
      ElementType type,
      ByteOrder order,
      long offset,
      int rows,
      int columns,
      long rowStride,
      long columnStride) {
    Objects.requireNonNull(segment, "segment");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(order, "order");
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("a matrix needs at least one row and one column, not " + rows + "×" + columns);
    }
    if (offset < 0 || rowStride < 1 || columnStride < 1) {
      throw new IllegalArgumentException(
          "offset must be ≥ 0 and strides ≥ 1, not offset " + offset + ", row stride " + rowStride + ", column stride " + columnStride);
    }
    long last = Strides.lastElement(offset, rows, columns, rowStride, columnStride);
    long rowExtent = (columns - 1) * columnStride;
    long columnExtent = (rows - 1) * rowStride;
    if (rowStride <= rowExtent && rows > 1 && columnStride <= columnExtent && columns > 1) {
      throw new IllegalArgumentException(
          "elements overlap: " + rows + "×" + columns + " with row stride " + rowStride + " and column stride " + columnStride
              + "; a row-major view needs a row stride of at least " + (rowExtent + 1));
    }
    long available = segment.byteSize() / type.bytes();
    if (last >= available) {
      throw new IndexOutOfBoundsException(
          rows + "×" + columns + " " + type + " with offset " + offset + ", row stride " + rowStride + ", column stride " + columnStride
              + " needs " + (last == Long.MAX_VALUE ? "too many" : last + 1) + " elements, the memory holds " + available);
    }
    long start = offset * type.bytes();
    long size = (last - offset + 1) * type.bytes();
    return new Matrix(segment.asSlice(start, size), null, type, order, rows, columns, rowStride, columnStride);
  }

  /**
   * The transpose, as a view of the same memory.
   *
   * @throws IllegalStateException if the matrix is on a GPU, where matrices are row-major
   */
  public Matrix transposed() {
    requireHost();
    return new Matrix(segment, null, type, order, columns, rows, columnStride, rowStride);
  }

  /**
   * The rows {@code from} (inclusive) to {@code to} (exclusive), as a view of the same memory.
   *
   * @throws IndexOutOfBoundsException if the range leaves the matrix
   * @throws IllegalArgumentException if the range is empty
   */
  public Matrix rows(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    if (location != null) {
      long start = segment.address() + from * rowStride * type.bytes();
      return onDevice(location.device(), start, type, to - from, columns, rowStride, location.stream());
    }
    return strided(segment, type, order, from * rowStride, to - from, columns, rowStride, columnStride);
  }

  /** Number of rows: samples, b. */
  public int rows() {
    return rows;
  }

  /** Number of columns: features, d. */
  public int columns() {
    return columns;
  }

  /** How an element is stored. */
  public ElementType type() {
    return type;
  }

  /** The byte order of the elements. */
  public ByteOrder order() {
    return order;
  }

  /** Elements from (i, j) to (i+1, j). */
  public long rowStride() {
    return rowStride;
  }

  /** Elements from (i, j) to (i, j+1). */
  public long columnStride() {
    return columnStride;
  }

  /**
   * The memory from element (0, 0) to the last one.
   *
   * @throws IllegalStateException if the matrix is on a GPU
   */
  public MemorySegment segment() {
    requireHost();
    return segment;
  }

  private void requireHost() {
    if (location != null) {
      throw new IllegalStateException("this " + this + " can only be used on that device");
    }
  }

  /** Whether the memory is that of a GPU. */
  public boolean isOnDevice() {
    return location != null;
  }

  /** The device whose memory this is. */
  public Device device() {
    return location == null ? Device.cpu() : location.device();
  }

  /**
   * The stream that the work on this matrix belongs to.
   *
   * @throws IllegalStateException if the matrix is not on a GPU
   */
  public long stream() {
    if (location == null) {
      throw new IllegalStateException("memory of the CPU belongs to no stream");
    }
    return location.stream();
  }

  /** The address of element (0, 0), on the device; of an array on the heap the offset in it. */
  public long address() {
    return segment.address();
  }

  /** Bytes from the first element to the end of the last. */
  long extent() {
    return location == null ? segment.byteSize() : location.bytes();
  }

  /** The array that {@link #segment} is a part of; null if the memory is not on the heap, or is read-only. */
  public @Nullable Object array() {
    return array;
  }

  /** Whether the memory refuses to be written. */
  public boolean isReadOnly() {
    return segment.isReadOnly();
  }

  /** Whether the address ranges of the two views meet; a true answer does not mean that an element is shared. */
  public boolean overlaps(Matrix other) {
    if (location != null || other.location != null) {
      boolean together = device().equals(other.device());
      return together && address() < other.address() + other.extent() && other.address() < address() + extent();
    }
    return segment.asOverlappingSlice(other.segment).isPresent();
  }

  /**
   * A hash of the memory that {@link #segment} is a part of: the same for all segments whose addresses can be compared, and
   * rarely the same for others.
   */
  int memoryHash() {
    if (location != null) {
      return DEVICE_MEMORY - location.device().ordinal();
    }
    if (memoryHash == 0) {
      memoryHash = segment.isNative() ? NATIVE_MEMORY : array == null ? UNKNOWN_MEMORY : System.identityHashCode(array);
    }
    return memoryHash;
  }

  /** Whether the other matrix has as many rows and columns. */
  public boolean hasShapeOf(Matrix other) {
    return rows == other.rows && columns == other.columns;
  }

  /**
   * Element (i, j), widened to double without rounding. For single elements, not for loops over a matrix.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws IllegalStateException if the matrix is on a GPU
   */
  public double get(int i, int j) {
    requireHost();
    long at = byteOffset(i, j);
    boolean swap = order != ByteOrder.nativeOrder();
    return switch (type) {
      case FLOAT64 -> {
        long bits = segment.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        yield Double.longBitsToDouble(swap ? Long.reverseBytes(bits) : bits);
      }
      case FLOAT32 -> {
        int bits = segment.get(ValueLayout.JAVA_INT_UNALIGNED, at);
        yield Float.intBitsToFloat(swap ? Integer.reverseBytes(bits) : bits);
      }
      case BFLOAT16, FLOAT16 -> {
        short bits = segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
        bits = swap ? Short.reverseBytes(bits) : bits;
        yield type == ElementType.FLOAT16 ? Float.float16ToFloat(bits) : Narrowing.bfloat16ToDouble(bits);
      }
    };
  }

  /**
   * Sets element (i, j), rounded to nearest even. For single elements, not for loops over a matrix.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws IllegalArgumentException if the memory is read-only
   * @throws IllegalStateException if the matrix is on a GPU
   */
  public void set(int i, int j, double value) {
    requireHost();
    long at = byteOffset(i, j);
    boolean swap = order != ByteOrder.nativeOrder();
    switch (type) {
      case FLOAT64 -> {
        long bits = Double.doubleToRawLongBits(value);
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, at, swap ? Long.reverseBytes(bits) : bits);
      }
      case FLOAT32 -> {
        int bits = Float.floatToRawIntBits((float) value);
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, at, swap ? Integer.reverseBytes(bits) : bits);
      }
      case BFLOAT16, FLOAT16 -> {
        short bits = type == ElementType.FLOAT16 ? Narrowing.toFloat16(value) : Narrowing.toBfloat16(value);
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, swap ? Short.reverseBytes(bits) : bits);
      }
    }
  }

  private long byteOffset(int i, int j) {
    Objects.checkIndex(i, rows);
    Objects.checkIndex(j, columns);
    return (i * rowStride + j * columnStride) * type.bytes();
  }

  @Override
  public String toString() {
    String where = location == null ? "" : " in the memory of " + location.device();
    return rows + "×" + columns + " " + type + " (strides " + rowStride + ", " + columnStride + ")" + where;
  }
}
