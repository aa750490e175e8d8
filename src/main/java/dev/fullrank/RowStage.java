package dev.fullrank;

import dev.fullrank.linalg.ColumnOps;
import dev.fullrank.linalg.DenseOps;
import dev.fullrank.linalg.Operand;
import java.util.Arrays;

/**
 * A block of rows widened to double, and divided by their norms if so wanted: where rows wait until there are enough of them for
 * a symmetric product. What becomes of a row depends on nothing but the row. Not thread-safe.
 */
final class RowStage {
  /** Sums of squares within these bounds neither overflowed nor lost digits that matter to underflow. */
  private static final double SMALLEST_SAFE_SUM = 0x1p-900;

  private static final double LARGEST_SAFE_SUM = 0x1p900;

  /** Space for so many rows is there from the start; it grows as they come, so that many small statistics cost little. */
  private static final int INITIAL_ROWS = 64;

  private final int capacity;
  private final int columns;
  private final boolean normalizeRows;
  private final Operand operand = new Operand();
  private double[] rows;
  private int count;
  private double largest;

  /** A stage for up to {@code capacity} rows; capacity times columns must be an int. */
  RowStage(int capacity, int columns, boolean normalizeRows) {
    this.capacity = capacity;
    this.columns = columns;
    this.normalizeRows = normalizeRows;
    this.rows = new double[Math.min(capacity, INITIAL_ROWS) * columns];
  }

  /** The rows, dense and row-major; those from {@link #count} on are stale. */
  double[] rows() {
    return rows;
  }

  int count() {
    return count;
  }

  boolean isFull() {
    return count == capacity;
  }

  /** A bound of the magnitude of the entries, at most √d times the largest. */
  double largest() {
    return largest;
  }

  void clear() {
    count = 0;
    largest = 0;
  }

  /**
   * Takes in rows of x from row {@code first} on, until the stage is full, x ends, or a row holds a NaN or an infinity.
   *
   * @return how many rows were taken in
   */
  int fill(Matrix x, int first, DenseOps<double[]> ops, ColumnOps columnOps) {
    int offered = Math.min(capacity - count, x.rows() - first);
    reserve(count + offered);
    operand.set(x.rows(first, first + offered), null, null);
    ops.store(operand, Matrix.of(rows, count * columns, offered, columns, columns));
    operand.clear();
    int taken = 0;
    while (taken < offered && accept(count * columns, columnOps)) {
      count++;
      taken++;
    }
    return taken;
  }

  private void reserve(int wanted) {
    if (wanted > rows.length / columns) {
      int size = (int) Math.min(capacity, Math.max(wanted, 2L * rows.length / columns));
      rows = Arrays.copyOf(rows, size * columns);
    }
  }

  /** Looks at the row that starts at {@code at} and normalises it on request; false if it is not finite. */
  private boolean accept(int at, ColumnOps columnOps) {
    double sum = columnOps.dot(rows, at, rows, at, columns);
    if (sum >= SMALLEST_SAFE_SUM && sum <= LARGEST_SAFE_SUM) {
      double norm = Math.sqrt(sum);
      if (normalizeRows) {
        divide(at, norm);
      }
      largest = Math.max(largest, normalizeRows ? 1 : norm);
      return true;
    }
    double magnitude = 0;
    for (int j = at; j < at + columns; j++) {
      magnitude = Math.max(magnitude, Math.abs(rows[j]));
    }
    if (!(magnitude <= Double.MAX_VALUE)) {
      return false;
    }
    if (normalizeRows && magnitude > 0) {
      normalizeExtreme(at, magnitude);
      magnitude = 1;
    }
    largest = Math.max(largest, magnitude);
    return true;
  }

  /** By way of a power of two, in two steps: as one factor it would be out of range for the smallest rows. */
  private void normalizeExtreme(int at, double magnitude) {
    int exponent = -Math.getExponent(magnitude);
    double half = Math.scalb(1.0, exponent / 2);
    double rest = Math.scalb(1.0, exponent - exponent / 2);
    double sum = 0;
    for (int j = at; j < at + columns; j++) {
      double scaled = rows[j] * half * rest;
      rows[j] = scaled;
      sum += scaled * scaled;
    }
    divide(at, Math.sqrt(sum));
  }

  private void divide(int at, double norm) {
    for (int j = at; j < at + columns; j++) {
      rows[j] /= norm;
    }
  }
}
