package dev.fullrank;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** The ways in which a caller may keep a matrix; all memory that is no element holds NaN. */
public enum Layout {
  DENSE,
  PADDED_ROWS,
  COLUMN_MAJOR,
  EVERY_OTHER_COLUMN,
  SWAPPED_BYTES,
  NATIVE_UNALIGNED;

  private static final ByteOrder SWAPPED =
      ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;

  /** A matrix of NaN. */
  public Matrix empty(ElementType type, int rows, int columns) {
    long rowStride =
        switch (this) {
          case DENSE, SWAPPED_BYTES -> columns;
          case PADDED_ROWS, NATIVE_UNALIGNED -> columns + 3;
          case COLUMN_MAJOR -> 1;
          case EVERY_OTHER_COLUMN -> 2L * columns + 1;
        };
    long columnStride = this == COLUMN_MAJOR ? rows + 2L : this == EVERY_OTHER_COLUMN ? 2 : 1;
    long elements = 5 + (rows - 1) * rowStride + (columns - 1) * columnStride + 1 + 4;
    ByteOrder order = this == SWAPPED_BYTES ? SWAPPED : ByteOrder.nativeOrder();
    MemorySegment all = memory(elements * type.bytes());
    Matrix line = Matrix.strided(all, type, order, 0, 1, Math.toIntExact(elements), elements, 1);
    for (int i = 0; i < elements; i++) {
      line.set(0, i, Double.NaN);
    }
    return Matrix.strided(all, type, order, 5, rows, columns, rowStride, columnStride);
  }

  private MemorySegment memory(long bytes) {
    return this == NATIVE_UNALIGNED
        ? Arena.ofAuto().allocate(bytes + 1, 8).asSlice(1)
        : MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
  }

  /** The same numbers in this layout, rounded to the type. */
  public Matrix of(ElementType type, double[][] values) {
    Matrix m = empty(type, values.length, values[0].length);
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        m.set(i, j, values[i][j]);
      }
    }
    return m;
  }

  /** The elements of a matrix. */
  public static double[][] values(Matrix m) {
    double[][] values = new double[m.rows()][m.columns()];
    for (int i = 0; i < m.rows(); i++) {
      for (int j = 0; j < m.columns(); j++) {
        values[i][j] = m.get(i, j);
      }
    }
    return values;
  }
}
