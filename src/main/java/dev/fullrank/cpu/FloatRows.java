package dev.fullrank.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a float32 matrix as they stand in an array: element (i, j) is {@code values()[at() + i·stride() + j]}. That is the
 * caller's own array where there is one, else a copy. One participant's own.
 */
final class FloatRows {
  /** Rows at a time: as many streams as a prefetcher follows. */
  static final int ROWS = 8;

  /** Columns at a time in the gradient: a page of floats, and up to 24 KiB of what belongs to them, half of an L1 cache. */
  static final int COLUMNS = 1024;

  /** The same where memory is the limit: eight pages, as the prefetcher has to start anew in each row. */
  private static final int LONG_COLUMNS = 8 * COLUMNS;

  /** Elements from which on it is: 16 MiB, more than an L3 cache keeps beside a gradient of that size. */
  private static final int LARGE = 1 << 22;

  private static final ValueLayout.OfFloat SWAPPED_FLOAT =
      JAVA_FLOAT_UNALIGNED.withOrder(
          ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);

  private float[] copy = {};
  private @Nullable Matrix matrix;
  private float @Nullable [] array;
  private int first;
  private float[] values = {};
  private int at;
  private int stride;

  /** Whether rows of the matrix are runs of floats; those of one column that lies dense are too short for it. */
  static boolean fit(Matrix m) {
    return m.type() == ElementType.FLOAT32 && m.columnStride() == 1 && m.rowStride() != 1;
  }

  /** How many columns to take of each row before the next one, in the gradient. */
  static int columnsAtATime(Matrix m) {
    return (long) m.rows() * m.columns() > LARGE ? LONG_COLUMNS : COLUMNS;
  }

  /** Turns to another matrix, which must {@link #fit}. */
  FloatRows of(Matrix m) {
    matrix = m;
    MemorySegment segment = m.segment();
    long offset = segment.address();
    boolean asTheyStand = !segment.isNative() && m.order() == ByteOrder.nativeOrder() && offset % Float.BYTES == 0;
    array = asTheyStand && m.array() instanceof float[] floats ? floats : null;
    first = array == null ? 0 : (int) (offset / Float.BYTES);
    return this;
  }

  /** Forgets the caller's memory. */
  void clear() {
    matrix = null;
    array = null;
    values = copy;
  }

  /** The array that holds the rows. */
  float[] values() {
    return values;
  }

  /** Where their first element is. */
  int at() {
    return at;
  }

  /** Elements from one row to the next. */
  int stride() {
    return stride;
  }

  /**
   * Goes to the elements from (row, column) on, to read them.
   *
   * @param rows at most {@link #ROWS}
   */
  void load(int row, int rows, int column, int columns) {
    aim(row, column, columns);
    if (array == null) {
      Matrix m = Objects.requireNonNull(matrix);
      for (int i = 0; i < rows; i++) {
        MemorySegment.copy(m.segment(), layout(m), bytes(m, row + i, column), copy, i * stride, columns);
      }
    }
  }

  /** Goes to the elements from (row, column) on, to overwrite them; {@link #store} ends it. */
  void aim(int row, int column, int columns) {
    Matrix m = Objects.requireNonNull(matrix);
    float[] own = array;
    if (own != null) {
      values = own;
      at = first + (int) (row * m.rowStride()) + column;
      stride = (int) m.rowStride();
      return;
    }
    if (copy.length < ROWS * columns) {
      copy = new float[ROWS * columns];
    }
    values = copy;
    at = 0;
    stride = columns;
  }

  /** Writes one value to all elements. */
  void fill(int rows, int columns, float value) {
    for (int i = 0; i < rows; i++) {
      Arrays.fill(values, at + i * stride, at + i * stride + columns, value);
    }
  }

  /** What has been written since {@link #aim} is in the matrix from now on. */
  void store(int row, int rows, int column, int columns) {
    if (array == null) {
      Matrix m = Objects.requireNonNull(matrix);
      for (int i = 0; i < rows; i++) {
        MemorySegment.copy(copy, i * stride, m.segment(), layout(m), bytes(m, row + i, column), columns);
      }
    }
  }

  private static ValueLayout.OfFloat layout(Matrix m) {
    return m.order() == ByteOrder.nativeOrder() ? JAVA_FLOAT_UNALIGNED : SWAPPED_FLOAT;
  }

  private static long bytes(Matrix m, int row, int column) {
    return (row * m.rowStride() + column) * Float.BYTES;
  }
}
