package dev.fullrank.cpu;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Ways in which a matrix lies in memory; all that does not belong to it is NaN, and no element is aligned. */
enum Layout {
  DENSE(0),
  PADDED(3),
  COLUMN_MAJOR(3),
  STRIDED(3);

  private final int offset;

  Layout(int offset) {
    this.offset = offset;
  }

  private long rowStride(int columns) {
    return switch (this) {
      case DENSE -> columns;
      case PADDED -> columns + 5;
      case COLUMN_MAJOR -> 1;
      case STRIDED -> 2L * columns + 1;
    };
  }

  private long columnStride(int rows) {
    return switch (this) {
      case DENSE, PADDED -> 1;
      case COLUMN_MAJOR -> rows + 2;
      case STRIDED -> 2;
    };
  }

  /** NaN everywhere. */
  Matrix poisoned(ElementType type, ByteOrder order, int rows, int columns) {
    return poisoned(memory(type, rows, columns), type, order, rows, columns);
  }

  /** NaN everywhere, in memory that the caller keeps to look at. */
  Matrix poisoned(byte[] memory, ElementType type, ByteOrder order, int rows, int columns) {
    Arrays.fill(memory, (byte) 0xff); // all ones are NaN in each type and either byte order
    MemorySegment segment = MemorySegment.ofArray(memory).asSlice(1);
    return Matrix.strided(segment, type, order, offset, rows, columns, rowStride(columns), columnStride(rows));
  }

  /** As many bytes as {@link #poisoned} needs. */
  byte[] memory(ElementType type, int rows, int columns) {
    long last = offset + (rows - 1) * rowStride(columns) + (columns - 1) * columnStride(rows);
    return new byte[(int) ((last + 1 + offset) * type.bytes()) + 1];
  }

  /** Random entries in [−1, 1), rounded to the type. */
  Matrix random(ElementType type, ByteOrder order, int rows, int columns, long seed) {
    Matrix x = poisoned(type, order, rows, columns);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x.set(i, j, random.nextDouble() * 2 - 1);
      }
    }
    return x;
  }
}
