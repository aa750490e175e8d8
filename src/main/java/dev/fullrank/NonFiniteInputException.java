package dev.fullrank;

/** An input element is NaN or infinite. */
public final class NonFiniteInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final long row;
  private final int column;

  /** The element at (row, column) holds {@code value}. */
  public NonFiniteInputException(long row, int column, double value) {
    super("the input holds " + value + " at row " + row + ", column " + column
        + "; remove it, or choose NonFinitePolicy.PROPAGATE to get NaN instead of this exception");
    this.row = row;
    this.column = column;
  }

  /** Row of the first offending element, in row-major order; of a stream, counted from its first row. */
  public long row() {
    return row;
  }

  /** Column of the first offending element. */
  public int column() {
    return column;
  }
}
