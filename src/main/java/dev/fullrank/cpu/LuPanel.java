package dev.fullrank.cpu;

/**
 * P·A = L·U for a block of columns, from its diagonal down, with partial pivoting, on a transposed copy. There a column is
 * contiguous, so the search for its pivot, the subtraction of columns before it and its scaling all run along memory.
 */
final class LuPanel {
  /** Doubles in a cache line. */
  private static final int LINE = 8;

  /** 8 rows of 8 doubles are a cache line each, whichever way they are written. */
  private static final int TRANSPOSED = 8;

  /** Columns that are subtracted from later ones together: 512 rows of them make 32 KiB and stay in the L1 cache. */
  private static final int GROUP = 8;

  private final Kernels kernels;
  private double[] columns = {};

  LuPanel(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Factors columns {@code first} to {@code end} of a, rows {@code first} to {@code order}; L without its diagonal of ones and U
   * replace them. Rows are exchanged in these columns only.
   *
   * @param pivots receives, for each column, the row that its diagonal row was exchanged with
   * @param reciprocals receives 1/u_jj
   * @return false, with the contents undefined, if a pivot is zero or not finite, or its reciprocal is not finite
   */
  boolean factor(double[] a, int order, int first, int end, int[] pivots, double[] reciprocals) {
    int height = order - first;
    int width = end - first;
    int ld = Blocking.roundUp(height, 2 * LINE) + LINE; // odd in cache lines: columns begin in different sets of the cache
    columns = Scratch.atLeast(columns, (long) width * ld);
    double[] t = columns;
    read(a, order, first, width, ld);
    for (int group = 0; group < width; group += GROUP) {
      int next = Math.min(group + GROUP, width);
      for (int j = group; j < next; j++) {
        subtract(group, j, j * ld, height, ld);
        int pivot = largest(t, j * ld + j, j * ld + height) - j * ld;
        double reciprocal = 1 / t[j * ld + pivot];
        double size = Math.abs(reciprocal);
        if (!(size > 0 && size < Double.POSITIVE_INFINITY)) {
          return false;
        }
        pivots[first + j] = first + pivot;
        reciprocals[first + j] = reciprocal;
        if (pivot != j) {
          exchange(t, j, pivot, width, ld);
        }
        kernels.scale(reciprocal, t, j * ld + j + 1, height - j - 1);
      }
      for (int j = next; j < width; j++) {
        subtract(group, next, j * ld, height, ld);
      }
    }
    write(a, order, first, width, ld);
    return true;
  }

  /** The column at {@code column} loses its products with the columns {@code from} to {@code to}: first u, then what is below. */
  private void subtract(int from, int to, int column, int height, int ld) {
    double[] t = columns;
    for (int q = from; q < to; q++) {
      double u = t[column + q];
      for (int i = q + 1; i < to; i++) {
        t[column + i] -= u * t[q * ld + i];
      }
    }
    kernels.subtractRows(to - from, t, column + from, 1, t, from * ld + to, ld, t, column + to, height - to);
  }

  /**
   * Where the largest absolute value is, the first of equals. A NaN may be passed over: its row stays NaN until it is a pivot
   * itself.
   */
  private static int largest(double[] x, int from, int to) {
    int at = from;
    double size = Math.abs(x[from]);
    for (int i = from + 1; i < to; i++) {
      double next = Math.abs(x[i]);
      if (next > size) {
        size = next;
        at = i;
      }
    }
    return at;
  }

  private static void exchange(double[] t, int i, int j, int width, int ld) {
    for (int at = 0; at < width * ld; at += ld) {
      double x = t[at + i];
      t[at + i] = t[at + j];
      t[at + j] = x;
    }
  }

  private void read(double[] a, int order, int first, int width, int ld) {
    double[] t = columns;
    for (int top = first; top < order; top += TRANSPOSED) {
      int bottom = Math.min(top + TRANSPOSED, order);
      for (int j = 0; j < width; j++) {
        int to = j * ld - first;
        for (int i = top; i < bottom; i++) {
          t[to + i] = a[i * order + first + j];
        }
      }
    }
  }

  private void write(double[] a, int order, int first, int width, int ld) {
    double[] t = columns;
    for (int left = 0; left < width; left += TRANSPOSED) {
      int right = Math.min(left + TRANSPOSED, width);
      for (int i = first; i < order; i++) {
        int to = i * order + first;
        int from = i - first;
        for (int j = left; j < right; j++) {
          a[to + j] = t[j * ld + from];
        }
      }
    }
  }
}
