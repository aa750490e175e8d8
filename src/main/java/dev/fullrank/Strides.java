package dev.fullrank;

/** Places of elements in memory, without overflow. */
final class Strides {
  private Strides() {}

  /** Index of the last element, or {@link Long#MAX_VALUE} where that index overflows. */
  static long lastElement(long offset, int rows, int columns, long rowStride, long columnStride) {
    long down = saturatedProduct(rows - 1, rowStride);
    long across = saturatedProduct(columns - 1, columnStride);
    long sum = down + across;
    sum = sum < 0 ? Long.MAX_VALUE : sum + offset;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long saturatedProduct(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }
}
