package dev.fullrank.cpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Narrowing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes runs of elements of the caller's memory as doubles: all that knows element types and byte orders. Widening is
 * exact, narrowing rounds once, to nearest even.
 *
 * <p>A run with stride 1 is copied into an array first, whatever memory it comes from, and converted there: the copy is one
 * call for every kind of segment and byte order, and the conversion is a loop over arrays that the compiler turns into
 * vectors. Other runs go element by element. One participant's own: it has those arrays.
 */
final class Elements {
  /** Elements converted at a time: with the doubles 12 KiB, in the L1 cache; and a copy's fixed cost is spread over many. */
  static final int RUN = 1024;

  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
  private static final ByteOrder SWAPPED = NATIVE == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  private static final ValueLayout.OfDouble SWAPPED_DOUBLE = JAVA_DOUBLE_UNALIGNED.withOrder(SWAPPED);
  private static final ValueLayout.OfFloat SWAPPED_FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(SWAPPED);
  private static final ValueLayout.OfShort SWAPPED_SHORT = JAVA_SHORT_UNALIGNED.withOrder(SWAPPED);

  private final double[] doubles = new double[RUN];
  private final float[] floats = new float[RUN];
  private final short[] shorts = new short[RUN];

  /**
   * dst[at + t] := the element {@code first + t·stride} elements after the first of the matrix, t &lt; n.
   *
   * @param n at most {@link #RUN}
   */
  void read(Matrix x, long first, long stride, int n, double[] dst, int at) {
    read(x, first, 0, 1, stride, n, dst, at);
  }

  /**
   * dst[at + i·n + t] := the element {@code first + i·pitch + t·stride} elements after the first of the matrix, i &lt; lines, t
   * &lt; n. All lines are copied before the first is converted: the copies of several lines wait for memory at the same time.
   *
   * @param n at most {@link #RUN} for all lines together
   */
  void read(Matrix x, long first, long pitch, int lines, long stride, int n, double[] dst, int at) {
    if (stride != 1 && n > 1) {
      for (int i = 0; i < lines; i++) {
        gather(x, first + i * pitch, stride, n, dst, at + i * n);
      }
      return;
    }
    switch (x.type()) {
      case FLOAT64 -> copy(x, first, pitch, lines, n, dst, at);
      case FLOAT32 -> {
        copy(x, first, pitch, lines, n, floats, 0);
        widen(floats, 0, lines * n, dst, at, false);
      }
      case BFLOAT16, FLOAT16 -> {
        copy(x, first, pitch, lines, n, shorts, 0);
        if (x.type() == ElementType.FLOAT16) {
          widenFloat16(shorts, lines * n, dst, at);
        } else {
          widenBfloat16(shorts, lines * n, dst, at);
        }
      }
    }
  }

  /** The same, rounded once to float. */
  void read(Matrix x, long first, long pitch, int lines, long stride, int n, float[] dst, int at) {
    if (x.type() == ElementType.FLOAT32 && (stride == 1 || n == 1)) {
      copy(x, first, pitch, lines, n, dst, at);
    } else {
      read(x, first, pitch, lines, stride, n, doubles, 0);
      narrow(doubles, 0, lines * n, dst, at);
    }
  }

  /** Lines of contiguous elements; those that adjoin are copied as one. */
  private static void copy(Matrix x, long first, long pitch, int lines, int n, double[] dst, int at) {
    boolean swap = x.order() != NATIVE;
    int together = pitch == n ? lines : 1;
    for (int i = 0; i < lines; i += together) {
      long from = (first + i * pitch) * Double.BYTES;
      MemorySegment.copy(x.segment(), swap ? SWAPPED_DOUBLE : JAVA_DOUBLE_UNALIGNED, from, dst, at + i * n, together * n);
    }
  }

  private static void copy(Matrix x, long first, long pitch, int lines, int n, float[] dst, int at) {
    boolean swap = x.order() != NATIVE;
    int together = pitch == n ? lines : 1;
    for (int i = 0; i < lines; i += together) {
      long from = (first + i * pitch) * Float.BYTES;
      MemorySegment.copy(x.segment(), swap ? SWAPPED_FLOAT : JAVA_FLOAT_UNALIGNED, from, dst, at + i * n, together * n);
    }
  }

  private static void copy(Matrix x, long first, long pitch, int lines, int n, short[] dst, int at) {
    boolean swap = x.order() != NATIVE;
    int together = pitch == n ? lines : 1;
    for (int i = 0; i < lines; i += together) {
      long from = (first + i * pitch) * Short.BYTES;
      MemorySegment.copy(x.segment(), swap ? SWAPPED_SHORT : JAVA_SHORT_UNALIGNED, from, dst, at + i * n, together * n);
    }
  }

  /** dst[to + t] := src[from + t], rounded, t &lt; n. */
  static void narrow(double[] src, int from, int n, float[] dst, int to) {
    for (int t = 0; t < n; t++) {
      dst[to + t] = (float) src[from + t];
    }
  }

  /** dst[to + t] := src[from + t], or += if {@code add}, t &lt; n. */
  static void widen(float[] src, int from, int n, double[] dst, int to, boolean add) {
    if (add) {
      for (int t = 0; t < n; t++) {
        dst[to + t] += src[from + t];
      }
    } else {
      for (int t = 0; t < n; t++) {
        dst[to + t] = src[from + t];
      }
    }
  }

  /**
   * The element {@code first + t·stride} elements after the first of the matrix := src[at + t], t &lt; n.
   *
   * @param n at most {@link #RUN}
   */
  void write(Matrix out, long first, long stride, int n, double[] src, int at) {
    if (stride != 1 && n > 1) {
      scatter(out, first, stride, n, src, at);
      return;
    }
    MemorySegment segment = out.segment();
    long to = first * out.type().bytes();
    boolean swap = out.order() != NATIVE;
    switch (out.type()) {
      case FLOAT64 -> MemorySegment.copy(src, at, segment, swap ? SWAPPED_DOUBLE : JAVA_DOUBLE_UNALIGNED, to, n);
      case FLOAT32 -> {
        narrow(src, at, n, floats, 0);
        MemorySegment.copy(floats, 0, segment, swap ? SWAPPED_FLOAT : JAVA_FLOAT_UNALIGNED, to, n);
      }
      case BFLOAT16, FLOAT16 -> {
        narrow16(out.type(), n, src, at);
        MemorySegment.copy(shorts, 0, segment, swap ? SWAPPED_SHORT : JAVA_SHORT_UNALIGNED, to, n);
      }
    }
  }

  /** Contiguous elements of a matrix of floats, from {@code first} elements after its first: src[at + t], t &lt; n. */
  static void write(Matrix out, long first, int n, float[] src, int at) {
    boolean swap = out.order() != NATIVE;
    MemorySegment.copy(src, at, out.segment(), swap ? SWAPPED_FLOAT : JAVA_FLOAT_UNALIGNED, first * Float.BYTES, n);
  }

  private static void widenFloat16(short[] src, int n, double[] dst, int at) {
    for (int t = 0; t < n; t++) {
      dst[at + t] = Float.float16ToFloat(src[t]);
    }
  }

  private static void widenBfloat16(short[] src, int n, double[] dst, int at) {
    for (int t = 0; t < n; t++) {
      dst[at + t] = Narrowing.bfloat16ToDouble(src[t]);
    }
  }

  private void narrow16(ElementType type, int n, double[] src, int at) {
    if (type == ElementType.FLOAT16) {
      for (int t = 0; t < n; t++) {
        shorts[t] = Narrowing.toFloat16(src[at + t]);
      }
    } else {
      for (int t = 0; t < n; t++) {
        shorts[t] = Narrowing.toBfloat16(src[at + t]);
      }
    }
  }

  /** Through integers in native order: only layouts that are constants are fast, and bytes are swapped in a register. */
  private static void gather(Matrix x, long first, long stride, int n, double[] dst, int at) {
    MemorySegment segment = x.segment();
    boolean swap = x.order() != NATIVE;
    long step = stride * x.type().bytes();
    long from = first * x.type().bytes();
    switch (x.type()) {
      case FLOAT64 -> {
        for (int t = 0; t < n; t++) {
          long bits = segment.get(ValueLayout.JAVA_LONG_UNALIGNED, from + t * step);
          dst[at + t] = Double.longBitsToDouble(swap ? Long.reverseBytes(bits) : bits);
        }
      }
      case FLOAT32 -> {
        for (int t = 0; t < n; t++) {
          int bits = segment.get(ValueLayout.JAVA_INT_UNALIGNED, from + t * step);
          dst[at + t] = Float.intBitsToFloat(swap ? Integer.reverseBytes(bits) : bits);
        }
      }
      case BFLOAT16, FLOAT16 -> {
        boolean half = x.type() == ElementType.FLOAT16;
        for (int t = 0; t < n; t++) {
          short bits = segment.get(JAVA_SHORT_UNALIGNED, from + t * step);
          bits = swap ? Short.reverseBytes(bits) : bits;
          dst[at + t] = half ? Float.float16ToFloat(bits) : Narrowing.bfloat16ToDouble(bits);
        }
      }
    }
  }

  private void scatter(Matrix out, long first, long stride, int n, double[] src, int at) {
    MemorySegment segment = out.segment();
    boolean swap = out.order() != NATIVE;
    long step = stride * out.type().bytes();
    long to = first * out.type().bytes();
    switch (out.type()) {
      case FLOAT64 -> {
        for (int t = 0; t < n; t++) {
          long bits = Double.doubleToRawLongBits(src[at + t]);
          segment.set(ValueLayout.JAVA_LONG_UNALIGNED, to + t * step, swap ? Long.reverseBytes(bits) : bits);
        }
      }
      case FLOAT32 -> {
        for (int t = 0; t < n; t++) {
          int bits = Float.floatToRawIntBits((float) src[at + t]);
          segment.set(ValueLayout.JAVA_INT_UNALIGNED, to + t * step, swap ? Integer.reverseBytes(bits) : bits);
        }
      }
      case BFLOAT16, FLOAT16 -> {
        narrow16(out.type(), n, src, at);
        for (int t = 0; t < n; t++) {
          segment.set(JAVA_SHORT_UNALIGNED, to + t * step, swap ? Short.reverseBytes(shorts[t]) : shorts[t]);
        }
      }
    }
  }
}
