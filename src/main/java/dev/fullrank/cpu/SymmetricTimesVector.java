package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * y := A·x where the trailing part of the upper triangle of a square matrix holds A. Each element is read once, for its row and for
 * its column: what a product with a vector waits for is the memory.
 *
 * <p>Rows are cut into slices of about equal area with a sum each, which are added in order: the cuts depend on the order alone.
 */
final class SymmetricTimesVector {
  /** Rows that a kernel takes at once. */
  private static final int GROUP = 4;

  /** Elements of a slice: 2^16 doubles are 512 KiB, some 12 µs. */
  private static final int SLICE = 1 << 16;

  /** Slices cost a sum each. */
  private static final int MOST_SLICES = 16;

  private final Workspace work;
  private final Parallel.Job slice = this::slice;

  private double[] a = {};
  private double[] x = {};
  private double[] y = {};
  private int lda;
  private int first;
  private int order;
  private int xo;
  private int yo;
  private int slices;

  SymmetricTimesVector(Workspace work) {
    this.work = work;
  }

  /**
   * y[yo + i] := Σ_j a_ij·x[xo + j] for A in rows and columns {@code first} to {@code end} of a matrix with leading dimension
   * {@code lda}.
   */
  void multiply(double[] a, int lda, int first, int end, double[] x, int xo, double[] y, int yo) {
    this.a = a;
    this.x = x;
    this.lda = lda;
    this.first = first;
    this.xo = xo;
    order = end - first;
    slices = Math.clamp((long) order * order / 2 / SLICE, 1, MOST_SLICES);
    if (slices == 1) {
      this.y = y;
      this.yo = yo;
      slice(0, 0);
      return;
    }
    this.y = work.partials((long) slices * order);
    this.yo = 0;
    work.parallel.run(slice, slices, 4L * order * order);
    System.arraycopy(this.y, 0, y, yo, order);
    for (int s = 1; s < slices; s++) {
      int from = start(s);
      work.kernels.axpy(1, this.y, s * order + from, y, yo + from, order - from);
    }
  }

  /** The first row of a slice: the triangle below row i holds (m − i)²/2 elements. */
  private int start(int s) {
    int row = (int) (order * (1 - Math.sqrt((slices - s) / (double) slices)));
    return s == slices ? order : row - row % GROUP;
  }

  private void slice(int task, int slot) {
    int sum = slices == 1 ? yo : task * order;
    int i = start(task);
    int end = start(task + 1);
    Arrays.fill(y, sum + i, sum + order, 0); // rows above have no part in the slice
    double[] scratch = work.scratch(slot).line(GROUP * Blocking.WIDEST_VECTOR);
    int at = (first + i) * (lda + 1);
    for (; i <= end - GROUP; i += GROUP) {
      work.kernels.symmetricRows(a, at, lda, x, xo + i, y, sum + i, order - i - GROUP, scratch);
      at += GROUP * (lda + 1);
    }
    lastRows(at, i, end - i, sum);
  }

  /** Rows that end where they begin. */
  private void lastRows(int at, int i, int rows, int sum) {
    for (int p = 0; p < rows; p++) {
      double own = a[at + p * lda + p] * x[xo + i + p];
      for (int q = p + 1; q < rows; q++) {
        double entry = a[at + p * lda + q];
        own += entry * x[xo + i + q];
        y[sum + i + q] += entry * x[xo + i + p];
      }
      y[sum + i + p] += own;
    }
  }
}
