package dev.fullrank.kernels.contract;

import dev.fullrank.kernels.ptx.DeviceMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * A matrix as it will lie in device memory: rows of elements with gaps between them, and gaps before. What was given no value is left
 * unwritten, as gaps are: a kernel that reads it faults. After a call the elements are what the kernel left.
 */
class DeviceArray {
  /** What fresh memory is filled with. */
  private static final byte POISON = (byte) 0xA5;

  private final Element type;
  private final int rows;
  private final int columns;
  private final int stride;
  private final int offset;
  private final long[] bits;
  private final boolean[] given;

  /**
   * A matrix without values.
   *
   * @param stride from row to row, in elements
   * @param offset from an aligned address to the first element, in elements
   */
  DeviceArray(Element type, int rows, int columns, int stride, int offset) {
    this.type = type;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
    this.offset = offset;
    this.bits = new long[rows * columns];
    this.given = new boolean[rows * columns];
  }

  /** So many elements side by side. */
  static DeviceArray vector(Element type, int length) {
    return new DeviceArray(type, 1, length, length, 0);
  }

  /** So many doubles, unwritten. */
  static DeviceArray doubles(int length) {
    return vector(Element.F64, length);
  }

  /** These doubles. */
  static DeviceArray of(double... values) {
    DeviceArray array = doubles(values.length);
    for (int j = 0; j < values.length; j++) {
      array.set(0, j, values[j]);
    }
    return array;
  }

  /** One integer of 64 bits. */
  static DeviceArray word(long value) {
    return doubles(1).setBits(0, 0, value);
  }

  final Element type() {
    return type;
  }

  final int rows() {
    return rows;
  }

  final int columns() {
    return columns;
  }

  long stride() {
    return stride;
  }

  final boolean isGiven(int i, int j) {
    return given[i * columns + j];
  }

  /** Gives all elements values, row by row, each rounded to the type. */
  DeviceArray fill(DoubleSupplier values) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        set(i, j, values.getAsDouble());
      }
    }
    return this;
  }

  /** Gives an element the nearest value of the type. */
  DeviceArray set(int i, int j, double value) {
    return setBits(i, j, type.narrow(value));
  }

  DeviceArray setBits(int i, int j, long value) {
    bits[i * columns + j] = value;
    given[i * columns + j] = true;
    return this;
  }

  /** Leaves an element unwritten. */
  void forget(int i, int j) {
    given[i * columns + j] = false;
  }

  double get(int i, int j) {
    return type.widen(bits(i, j));
  }

  /** Element j of a vector. */
  double get(int j) {
    return get(0, j);
  }

  final long bits(int i, int j) {
    return bits[i * columns + j];
  }

  /** A copy of the elements. */
  long[] allBits() {
    return bits.clone();
  }

  /** Another matrix of these values. */
  DeviceArray copyIn(Layout layout) {
    DeviceArray copy = layout.matrix(type, rows, columns);
    System.arraycopy(bits, 0, copy.bits, 0, bits.length);
    System.arraycopy(given, 0, copy.given, 0, given.length);
    return copy;
  }

  /** The memory of it, with the given values; where the first element lies. */
  long place(DeviceMemory memory) {
    long base = memory.allocate((long) length() * type.bytes());
    byte[] raw = new byte[length() * type.bytes()];
    ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 0; n < bits.length; n++) {
      put(buffer, at(n), bits[n]);
    }
    int from = 0;
    while (from < bits.length) {
      int end = from + 1;
      while (given[from] && end < bits.length && end % columns != 0 && given[end]) {
        end++;
      }
      if (given[from]) {
        memory.copyIn(base + at(from), Arrays.copyOfRange(raw, at(from), at(end - 1) + type.bytes()));
      }
      from = end;
    }
    return base + (long) offset * type.bytes();
  }

  /**
   * The elements after a launch.
   *
   * @param output whether the kernel had to write all elements; otherwise none may have changed
   */
  long[] collect(DeviceMemory memory, long address, boolean output, String kernel) {
    long base = address - (long) offset * type.bytes();
    byte[] raw = new byte[length() * type.bytes()];
    memory.copyOut(base, raw);
    ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    boolean[] expected = new boolean[length()];
    long[] found = new long[bits.length];
    for (int n = 0; n < bits.length; n++) {
      found[n] = take(buffer, at(n));
      expected[at(n) / type.bytes()] = output || given[n];
      if (!output && given[n] && found[n] != bits[n]) {
        throw new AssertionError(kernel + " changed element " + n + " of an input");
      }
    }
    for (int n = 0; n < expected.length; n++) {
      boolean written = memory.isWritten(base + (long) n * type.bytes(), type.bytes());
      if (written != expected[n] || (!written && !isPoison(raw, n))) {
        throw new AssertionError(
            kernel + (expected[n] ? " did not write" : " wrote") + " element " + (n - offset) + " of " + this + ", counted with gaps");
      }
    }
    return found;
  }

  /** Takes over what a launch has left. */
  void become(long[] found) {
    System.arraycopy(found, 0, bits, 0, bits.length);
    Arrays.fill(given, true);
  }

  private boolean isPoison(byte[] raw, int element) {
    for (int at = element * type.bytes(); at < (element + 1) * type.bytes(); at++) {
      if (raw[at] != POISON) {
        return false;
      }
    }
    return true;
  }

  /** Elements with all gaps but one behind the last. */
  private int length() {
    return offset + (rows - 1) * stride + columns;
  }

  /** Where an element begins, in bytes. */
  private int at(int element) {
    return (offset + element / columns * stride + element % columns) * type.bytes();
  }

  final void put(ByteBuffer buffer, int at, long value) {
    switch (type) {
      case F64 -> buffer.putLong(at, value);
      case F32 -> buffer.putInt(at, (int) value);
      case F16, BF16 -> buffer.putShort(at, (short) value);
    }
  }

  final long take(ByteBuffer buffer, int at) {
    return switch (type) {
      case F64 -> buffer.getLong(at);
      case F32 -> Integer.toUnsignedLong(buffer.getInt(at));
      case F16, BF16 -> Short.toUnsignedLong(buffer.getShort(at));
    };
  }

  @Override
  public String toString() {
    return type + " " + rows + "×" + columns + ", rows " + stride + " apart";
  }
}
