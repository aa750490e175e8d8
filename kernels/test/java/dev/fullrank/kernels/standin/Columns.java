package dev.fullrank.kernels.standin;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** A column-major matrix on the host; what lies between the columns is NaN. */
final class Columns {
  private final double[] values;
  private final int rows;
  private final int columns;
  private final int stride;

  /**
   * A matrix over an array.
   *
   * @param stride from one column to the next, at least rows
   */
  Columns(double[] values, int rows, int columns, int stride) {
    this.values = values;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
  }

  /** A matrix from its entries: entry number i + j·rows is at row i, column j. */
  static Columns of(int rows, int columns, int stride, IntToDoubleFunction entries) {
    double[] values = new double[stride * columns];
    Arrays.fill(values, Double.NaN);
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        values[i + j * stride] = entries.applyAsDouble(i + j * rows);
      }
    }
    return new Columns(values, rows, columns, stride);
  }

  /** Normal numbers that a float holds exactly. */
  static Columns random(int rows, int columns, int stride, long seed) {
    Random random = new Random(seed);
    return of(rows, columns, stride, index -> (float) random.nextGaussian());
  }

  /** All of the array. */
  double[] values() {
    return values;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  int stride() {
    return stride;
  }

  double at(int i, int j) {
    return values[i + j * stride];
  }

  /** op(A)_ij. */
  double at(boolean transposed, int i, int j) {
    return transposed ? at(j, i) : at(i, j);
  }

  /** Another one of the same shape. */
  Columns with(double... others) {
    return new Columns(others, rows, columns, stride);
  }

  Columns transposed() {
    return of(columns, rows, columns, index -> at(index / columns, index % columns));
  }

  double norm() {
    double sum = 0;
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        sum = Math.hypot(sum, at(i, j));
      }
    }
    return sum;
  }

  /** Largest entry of |AᵀA − I|. */
  double distanceFromOrthonormal() {
    double largest = 0;
    for (int p = 0; p < columns; p++) {
      for (int q = 0; q < columns; q++) {
        double dot = p == q ? -1 : 0;
        for (int i = 0; i < rows; i++) {
          dot += at(i, p) * at(i, q);
        }
        largest = Math.max(largest, Math.abs(dot));
      }
    }
    return largest;
  }
}
