package dev.fullrank.kernels.standin;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The element types of cuBLAS and cuSOLVER in use. */
enum Real {
  FLOAT("S", Float.BYTES, Math.ulp(1f)) {
    @Override
    void write(MemorySegment memory, double... values) {
      for (int i = 0; i < values.length; i++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
      }
    }

    @Override
    double[] read(MemorySegment memory, int count) {
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = memory.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      }
      return values;
    }
  },
  DOUBLE("D", Double.BYTES, Math.ulp(1.0)) {
    @Override
    void write(MemorySegment memory, double... values) {
      MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_DOUBLE, 0, values.length);
    }

    @Override
    double[] read(MemorySegment memory, int count) {
      return memory.asSlice(0, bytes(count)).toArray(ValueLayout.JAVA_DOUBLE);
    }
  };

  private final String letter;
  private final long bytes;
  private final double ulp;

  Real(String letter, long bytes, double ulp) {
    this.letter = letter;
    this.bytes = bytes;
    this.ulp = ulp;
  }

  /** The function for this type: {@code name} is that of the other types with * for the letter. */
  String function(String name) {
    return name.replace("*", letter);
  }

  /** Bytes of so many elements. */
  long bytes(int count) {
    return count * bytes;
  }

  /** Distance from 1 to the next number. */
  double ulp() {
    return ulp;
  }

  abstract void write(MemorySegment memory, double... values);

  abstract double[] read(MemorySegment memory, int count);
}
