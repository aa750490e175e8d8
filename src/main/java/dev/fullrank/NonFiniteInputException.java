package dev.fullrank;

/** An input element is NaN or infinite. */
public final class NonFiniteInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int index;
  private final long row;
  private final int column;
  private final double value;

  /** The element at (row, column) holds {@code value}. */
  public NonFiniteInputException(long row, int column, double value) {
    this(-1, row, column, value);
  }

  private NonFiniteInputException(int index, long row, int column, double value) {
    super((index < 0 ? "the input holds " : "matrix " + index + " of the list holds ") + value + " at row " + row + ", column " + column
        + "; remove it, or choose NonFinitePolicy.PROPAGATE to get NaN instead of this exception");
    this.index = index;
    this.row = row;
    this.column = column;
    this.value = value;
  }

  /** The same of matrix {@code index} of a list. */
  NonFiniteInputException inList(int index) {
    NonFiniteInputException named = new NonFiniteInputException(index, row, column, value);
    named.initCause(this);
    return named;
  }

  /** Index of the matrix in the list that was passed; −1 if the call was about a single matrix. */
  public int index() {
    return index;
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
