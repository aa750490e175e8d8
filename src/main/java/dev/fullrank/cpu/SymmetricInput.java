package dev.fullrank.cpu;

/** A symmetric matrix of the caller's, of which the upper triangle is read, for a factorisation in either precision. */
final class SymmetricInput {
  private double[] a = {};
  private int order;

  /** From now on A, of order m. */
  SymmetricInput set(double[] a, int m) {
    this.a = a;
    order = m;
    return this;
  }

  /** Rows and columns. */
  int order() {
    return order;
  }

  /** x[at + t] := −A[row, column + t], t &lt; n. */
  void negate(int row, int column, int n, double[] x, int at) {
    int from = row * order + column;
    for (int t = 0; t < n; t++) {
      x[at + t] = -a[from + t];
    }
  }

  /** The same, rounded. */
  void negate(int row, int column, int n, float[] x, int at) {
    int from = row * order + column;
    for (int t = 0; t < n; t++) {
      x[at + t] = (float) -a[from + t];
    }
  }
}
