package dev.fullrank;

import java.util.Objects;

/**
 * Memory of a GPU under a {@link Matrix}: nothing that the JVM could read.
 *
 * @param device a GPU
 * @param stream the stream that work on it belongs to
 * @param bytes from the first element to the end of the last
 */
record DeviceMemory(Device device, long stream, long bytes) {
  /** See {@link Matrix#onDevice}. */
  static DeviceMemory of(Device device, long address, ElementType type, int rows, int columns, long rowStride, long stream) {
    Objects.requireNonNull(type, "type");
    if (!device.isCuda()) {
      throw new IllegalArgumentException("memory of the CPU is passed as an array, a buffer or a segment, not as an address");
    }
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("a matrix needs at least one row and one column, not " + rows + "×" + columns);
    }
    if (rowStride < columns) {
      throw new IllegalArgumentException("rows overlap: a row stride of at least " + columns + " is needed, not " + rowStride);
    }
    if (address == 0 || address % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "the address of " + type + " elements must be a multiple of " + type.bytes() + " and not 0, but is 0x"
              + Long.toHexString(address));
    }
    long last = Strides.lastElement(0, rows, columns, rowStride, 1);
    if (last >= Long.MAX_VALUE / type.bytes()) {
      throw new IllegalArgumentException(rows + "×" + columns + " with row stride " + rowStride + " has too many elements");
    }
    return new DeviceMemory(device, stream, (last + 1) * type.bytes());
  }
}
