package dev.fullrank.linalg;

/** The definitions, one loop each. */
final class NaiveColumnOps implements ColumnOps {
  @Override
  public double dot(double[] x, int xo, double[] y, int yo, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[xo + i] * y[yo + i];
    }
    return sum;
  }

  @Override
  public void axpy(double alpha, double[] x, int xo, double[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] += alpha * x[xo + i];
    }
  }

  @Override
  public void rotate(double[] x, int xo, double[] y, int yo, int n, double c, double s) {
    for (int i = 0; i < n; i++) {
      double a = x[xo + i];
      double b = y[yo + i];
      x[xo + i] = c * a - s * b;
      y[yo + i] = s * a + c * b;
    }
  }

  @Override
  public void scale(double alpha, double[] x, int xo, int n) {
    for (int i = 0; i < n; i++) {
      x[xo + i] *= alpha;
    }
  }
}
