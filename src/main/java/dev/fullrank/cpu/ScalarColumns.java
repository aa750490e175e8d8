package dev.fullrank.cpu;

/** The loops over floats in plain Java: valid on every JVM, and what the vectors are tested against. */
final class ScalarColumns implements ColumnKernels {
  @Override
  public void addSums(int rows, int n, FloatRows x, double[] shift, int at, double[] sum, double[] squares) {
    float[] values = x.values();
    for (int i = 0; i < rows; i++) {
      int row = x.at() + i * x.stride();
      for (int j = 0; j < n; j++) {
        double y = values[row + j] - shift[at + j];
        sum[j] += y;
        squares[j] += y * y;
      }
    }
  }

  @Override
  public void deviations(
      int rows, int n, FloatRows x, double[] factor, double[] shift, double[] delta, int at, FloatRows out) {
    float[] values = x.values();
    float[] results = out.values();
    for (int i = 0; i < rows; i++) {
      int row = x.at() + i * x.stride();
      int result = out.at() + i * out.stride();
      for (int j = 0; j < n; j++) {
        double y = (values[row + j] - shift[at + j]) - delta[at + j];
        results[result + j] = (float) ScalarKernels.fma(factor[at + j], y, 0.0); // the sum turns a product of −0 into +0
      }
    }
  }
}
