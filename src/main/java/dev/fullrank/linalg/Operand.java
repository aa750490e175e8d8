package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * The matrix Y = diag(rowScale)·X − 1·columnShiftᵀ that an algorithm works on, without being formed: X is the caller's memory,
 * scale and shift are applied in double while panels are packed. A null scale means ones, a null shift zeros.
 *
 * <p>Mutable so that a workspace can keep one and allocate nothing per call; belongs to one thread at a time.
 */
public final class Operand {
  private @Nullable Matrix matrix;
  private double @Nullable [] rowScale;
  private double @Nullable [] columnShift;

  /** Points this operand at Y = diag(rowScale)·X − 1·columnShiftᵀ; arrays may be longer than needed. */
  public Operand set(Matrix x, double @Nullable [] rowScale, double @Nullable [] columnShift) {
    this.matrix = x;
    this.rowScale = rowScale;
    this.columnShift = columnShift;
    return this;
  }

  /** Forgets the caller's memory. */
  public void clear() {
    matrix = null;
    rowScale = null;
    columnShift = null;
  }

  /** X. */
  public Matrix matrix() {
    if (matrix == null) {
      throw new IllegalStateException("the operand is not set");
    }
    return matrix;
  }

  /** Factor of each row of X, or null for ones. */
  public double @Nullable [] rowScale() {
    return rowScale;
  }

  /** What is subtracted from each column after scaling, or null for zeros. */
  public double @Nullable [] columnShift() {
    return columnShift;
  }

  /** Rows of Y, b. */
  public int rows() {
    return matrix().rows();
  }

  /** Columns of Y, d. */
  public int columns() {
    return matrix().columns();
  }

  /** Element of Y, for tests and scalar code. */
  public double get(int i, int j) {
    double x = matrix().get(i, j);
    double scaled = rowScale == null ? x : rowScale[i] * x;
    return columnShift == null ? scaled : scaled - columnShift[j];
  }
}
