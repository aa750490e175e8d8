package dev.fullrank.kernels.ptx;

import java.util.Arrays;

/** One bit for each byte of a region: whether it was written. */
final class WrittenBytes {
  private final long[] words;

  WrittenBytes(int bytes) {
    words = new long[bytes / Long.SIZE + 1];
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  void set(int from, int to) {
    for (int start = from; start < to; start = next(start)) {
      words[start / Long.SIZE] |= mask(start, to);
    }
  }

  /** Whether all from {@code from} to {@code to − 1} are set. */
  boolean all(int from, int to) {
    for (int start = from; start < to; start = next(start)) {
      if ((~words[start / Long.SIZE] & mask(start, to)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Where the next word begins. */
  private static int next(int bit) {
    return (bit / Long.SIZE + 1) * Long.SIZE;
  }

  /** The bits of the word of {@code start} from there up to {@code end}, or up to the end of the word. */
  private static long mask(int start, int end) {
    int count = Math.min(end, next(start)) - start;
    return -1L >>> (Long.SIZE - count) << (start % Long.SIZE);
  }
}
