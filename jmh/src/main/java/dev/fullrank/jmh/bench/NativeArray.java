package dev.fullrank.jmh.bench;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Numbers of one of the two types outside the heap, on cache lines of their own. */
record NativeArray(MemorySegment segment, boolean isFloat) {
  private static final int CACHE_LINE = 64;

  static NativeArray allocate(Arena arena, boolean isFloat, long count) {
    return new NativeArray(arena.allocate(count * (isFloat ? Float.BYTES : Double.BYTES), CACHE_LINE), isFloat);
  }

  static NativeArray of(Arena arena, boolean isFloat, double[] values) {
    NativeArray array = allocate(arena, isFloat, values.length);
    for (int i = 0; i < values.length; i++) {
      if (isFloat) {
        array.segment.setAtIndex(JAVA_FLOAT, i, (float) values[i]);
      } else {
        array.segment.setAtIndex(JAVA_DOUBLE, i, values[i]);
      }
    }
    return array;
  }

  double get(int index) {
    return isFloat ? segment.getAtIndex(JAVA_FLOAT, index) : segment.getAtIndex(JAVA_DOUBLE, index);
  }

  double[] first(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = get(i);
    }
    return values;
  }
}
