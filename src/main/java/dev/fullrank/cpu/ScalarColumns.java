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

  @Override
  public void addSingleSums(int rows, int n, FloatRows x, float[] sums, int gap) {
    addSingleSums(rows, 0, n, x, sums, gap);
  }

  /** For the columns from {@code first} to n. */
  static void addSingleSums(int rows, int first, int n, FloatRows x, float[] sums, int gap) {
    int i = 0;
    for (; i <= rows - 8; i += 8) {
      addEight(first, n, x.values(), x.at() + i * x.stride(), x.stride(), sums, gap);
    }
    for (; i < rows; i++) {
      int row = x.at() + i * x.stride();
      for (int j = first; j < n; j++) {
        float y = x.values()[row + j] - sums[j];
        sums[gap + j] += y;
        sums[2 * gap + j] = fma(y, y, sums[2 * gap + j]);
      }
    }
  }

  private static void addEight(int first, int n, float[] x, int from, int stride, float[] sums, int gap) {
    for (int j = first; j < n; j++) {
      int k = from + j;
      float c = sums[j];
      float y0 = x[k] - c;
      float y1 = x[k + stride] - c;
      float y2 = x[k + 2 * stride] - c;
      float y3 = x[k + 3 * stride] - c;
      float y4 = x[k + 4 * stride] - c;
      float y5 = x[k + 5 * stride] - c;
      float y6 = x[k + 6 * stride] - c;
      float y7 = x[k + 7 * stride] - c;
      sums[gap + j] += ((y0 + y1) + (y2 + y3)) + ((y4 + y5) + (y6 + y7));
      sums[2 * gap + j] +=
          fma(y3, y3, fma(y2, y2, fma(y1, y1, y0 * y0))) + fma(y7, y7, fma(y6, y6, fma(y5, y5, y4 * y4)));
    }
  }

  @Override
  public void singleDeviations(int rows, int n, FloatRows x, float[] factor, float[] mean, int at, FloatRows out) {
    singleDeviations(rows, 0, n, x, factor, mean, at, out);
  }

  /** For the columns from {@code first} to n. */
  static void singleDeviations(
      int rows, int first, int n, FloatRows x, float[] factor, float[] mean, int at, FloatRows out) {
    float[] values = x.values();
    float[] results = out.values();
    for (int i = 0; i < rows; i++) {
      int row = x.at() + i * x.stride();
      int result = out.at() + i * out.stride();
      for (int j = first; j < n; j++) {
        results[result + j] = fma(factor[at + j], values[row + j] - mean[at + j], 0);
      }
    }
  }

  /** a·b + c, rounded once where the processor can; see {@link ScalarKernels#fma}. */
  private static float fma(float a, float b, float c) {
    return ScalarKernels.FUSED ? Math.fma(a, b, c) : a * b + c;
  }
}
