package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * How a matrix lies in memory whose first byte belongs to element (0, 0). Unlike a {@link Matrix} it may have more rows than an
 * {@code int} counts.
 *
 * @param type the stored type
 * @param order the byte order
 * @param rows at least 1
 * @param columns at least 1
 * @param rowStride elements from one row to the next
 * @param columnStride elements from one column to the next
 */
record Layout(ElementType type, ByteOrder order, long rows, int columns, long rowStride, long columnStride) {
  /** Rows one after the other: C order. */
  static Layout rowMajor(ElementType type, ByteOrder order, long rows, int columns) {
    return new Layout(type, order, rows, columns, columns, 1);
  }

  /** Columns one after the other: Fortran order. */
  static Layout columnMajor(ElementType type, ByteOrder order, long rows, int columns) {
    return new Layout(type, order, rows, columns, 1, rows);
  }

  boolean isRowMajor() {
    return columnStride == 1;
  }

  /** The bytes of a dense matrix of this shape, or -1 if their number overflows. */
  static long denseBytes(ElementType type, long rows, long columns) {
    try {
      return Math.multiplyExact(Math.multiplyExact(rows, columns), (long) type.bytes());
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  /** The rows {@code from} to {@code from + count} as a view. */
  Matrix rows(MemorySegment memory, long from, int count) {
    return Matrix.strided(memory, type, order, from * rowStride, count, columns, rowStride, columnStride);
  }
}
