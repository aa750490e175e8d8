package dev.fullrank.linalg;

import dev.fullrank.Matrix;

/**
 * A window of up to {@link #ROWS} × {@link #COLUMNS} elements of a matrix, widened to double, and the two passes over it that
 * column statistics are made of. Element (i, j) of the window is {@code values()[i·COLUMNS + j]}.
 *
 * <p>Arrays of one entry a column have the length {@link #padded}: an implementation may read and write entries from
 * {@code columns} up to COLUMNS, whose contents mean nothing. Belongs to one thread at a time.
 */
public interface ColumnWindow {
  /** Rows of a window: short, so that the sums of one window lose few bits before they are merged. */
  int ROWS = 32;

  /** Columns of a window: with 32 rows of double 32 KiB, an L1 cache; a float row of it is 8 cache lines. */
  int COLUMNS = 128;

  /** Columns that a thread takes in one go where it needs no window: their sums are 96 KiB, a small part of an L2 cache. */
  int STRIPE = 32 * COLUMNS;

  /** The length of an array of one entry a column: whole windows. */
  static int padded(int columns) {
    return Math.multiplyExact(Math.ceilDiv(columns, COLUMNS), COLUMNS);
  }

  /** The elements, row-major with leading dimension COLUMNS. */
  double[] values();

  /** Reads rows × columns elements starting at (row, column). */
  void load(Matrix z, int row, int rows, int column, int columns);

  /** Writes rows × columns elements to out starting at (row, column), each rounded once. */
  void store(Matrix out, int row, int rows, int column, int columns);

  /**
   * sum_j := Σ_i (w_ij − shift_{at+j}) and squares_j := Σ_i (w_ij − shift_{at+j})², rows in ascending order and each operation
   * rounded once, without fused multiply-add: every implementation gives the same bits.
   */
  void sums(int rows, int columns, double[] shift, int at, double[] sum, double[] squares);

  /** The loops that join sums. */
  MomentLoops loops();

  /** w_ij := factor_{at+j}·((w_ij − shift_{at+j}) − delta_{at+j}), a zero result being +0. */
  void deviations(int rows, int columns, double[] factor, double[] shift, double[] delta, int at);
}
