package dev.fullrank.linalg;

/** Operations on contiguous vectors inside double arrays, for the algorithms that go column by column. */
public interface ColumnOps {
  /** Σ x[xo+i]·y[yo+i], i &lt; n. */
  double dot(double[] x, int xo, double[] y, int yo, int n);

  /** y[yo+i] += alpha·x[xo+i]. */
  void axpy(double alpha, double[] x, int xo, double[] y, int yo, int n);

  /** (x, y) := (c·x − s·y, s·x + c·y). */
  void rotate(double[] x, int xo, double[] y, int yo, int n, double c, double s);

  /** x[xo+i] *= alpha. */
  void scale(double alpha, double[] x, int xo, int n);
}
