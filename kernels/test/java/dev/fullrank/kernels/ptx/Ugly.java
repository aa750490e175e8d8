package dev.fullrank.kernels.ptx;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Values at which operations go wrong. */
final class Ugly {
  private static final int RANDOM = 12;

  private Ugly() {}

  /** Limits of all widths and their neighbours, small numbers, and random bits. */
  static long[] integers() {
    LongStream limits = LongStream.of(0, 1L << 7, 1L << 8, 1L << 15, 1L << 16, 1L << 31, 1L << 32, 1L << 53, 1L << 63)
        .flatMap(limit -> LongStream.of(limit - 1, limit, limit + 1, -limit));
    LongStream small = LongStream.of(2, 3, 5, 10, 31, 32, 33, 63, 64, 65, -3);
    return LongStream.concat(LongStream.concat(limits, small), new Random(1).longs(RANDOM)).distinct().toArray();
  }

  /** Fewer of them, for operations of three sources. */
  static long[] fewIntegers() {
    return new long[] {0, 1, 2, 31, 32, 0x7fffffffL, 0x80000000L, 0xffffffffL, Long.MAX_VALUE, Long.MIN_VALUE, -1, 0x123456789abcdef0L};
  }

  /** Zeros, infinities, NaN, limits of normal and subnormal numbers of all formats, ties of rounding, and random numbers. */
  static double[] numbers() {
    DoubleStream positive = DoubleStream.of(
        0, 1, 0.5, 1.5, 2.5, 3, 1 / 3.0, 12345.678, 1e300, 1e-300, Double.POSITIVE_INFINITY,
        Math.nextUp(1.0), Math.nextDown(1.0), Math.nextUp(1f), Math.nextDown(1f),
        1 + 0x1p-24, 1 + 0x3p-24, 1 + 0x1p-11, 1 + 0x3p-11, 1 + 0x1p-11 + 0x1p-40,
        Double.MAX_VALUE, Double.MIN_VALUE, Double.MIN_NORMAL, Math.nextDown(Double.MIN_NORMAL),
        Float.MAX_VALUE, Float.MIN_VALUE, Float.MIN_NORMAL, Math.nextDown(Float.MIN_NORMAL),
        0x1.ffffffp127, 0x1.fffffefp127, 0x1p-150, 0x1.8p-149,
        65504, 65519.9, 65520, 65536, 0x1p-24, 0x1p-25, 0x1.8p-24, 0x1p-14,
        127.5, 255.5, 32767.5, 65535.5, 2147483647.5, 2147483648.0, 4294967295.5, 4294967296.0,
        0x1p62, 0x1p63, 0x1.fffffffffffffp62, 0x1p64, 0x1.fffffffffffffp63);
    double[] half = DoubleStream.concat(positive, new Random(2).doubles(RANDOM).map(x -> Math.scalb(x, (int) (200 * x) - 100))).toArray();
    return DoubleStream.concat(DoubleStream.concat(Arrays.stream(half), Arrays.stream(half).map(x -> -x)), DoubleStream.of(Double.NaN))
        .toArray();
  }

  static long[] doubles() {
    return Arrays.stream(numbers()).mapToLong(Double::doubleToRawLongBits).distinct().toArray();
  }

  static long[] floats() {
    return Arrays.stream(numbers()).mapToLong(x -> bits((float) x)).distinct().toArray();
  }

  /** Every half. */
  static long[] halfs() {
    return LongStream.range(0, 1 << Short.SIZE).toArray();
  }

  /** One in so many halfs. */
  static long[] someHalfs() {
    return LongStream.range(0, 1 << Short.SIZE).filter(bits -> bits % 61 == 0).toArray();
  }

  /** The bits of a float, zero-extended. */
  static long bits(float number) {
    return Float.floatToRawIntBits(number) & 0xffffffffL;
  }

  static long bits(double number) {
    return Double.doubleToRawLongBits(number);
  }

  static float single(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  static double real(long bits) {
    return Double.longBitsToDouble(bits);
  }
}
