package dev.fullrank.cpu;

import java.util.Arrays;

/** The kernels in plain Java: valid on every JVM, and what the vector kernels are tested against. */
public final class ScalarKernels implements Kernels {
  /**
   * Without the instruction, {@code Math.fma} computes through BigDecimal, a thousand times slower; a product and a sum, rounded
   * separately, are accurate enough.
   */
  private static final boolean FUSED = HotSpot.hasFusedMultiplyAdd();

  private static final ColumnKernels COLUMNS = new ScalarColumns();

  /** 4×4: sixteen accumulators, as many as there are scalar floating-point registers on x86-64. */
  private static final int SIDE = 4;

  @Override
  public int tileRows() {
    return SIDE;
  }

  @Override
  public int tileColumns() {
    return SIDE;
  }

  /** a·b + c. */
  static double fma(double a, double b, double c) {
    return FUSED ? Math.fma(a, b, c) : a * b + c;
  }

  @Override
  public void tile(int depth, double[] a, int ao, double[] b, int bo, double[] c, int co, int ldc) {
    double c00 = 0, c01 = 0, c02 = 0, c03 = 0;
    double c10 = 0, c11 = 0, c12 = 0, c13 = 0;
    double c20 = 0, c21 = 0, c22 = 0, c23 = 0;
    double c30 = 0, c31 = 0, c32 = 0, c33 = 0;
    for (int k = 0; k < depth; k++) {
      double b0 = b[bo], b1 = b[bo + 1], b2 = b[bo + 2], b3 = b[bo + 3];
      double x = a[ao];
      c00 = fma(x, b0, c00);
      c01 = fma(x, b1, c01);
      c02 = fma(x, b2, c02);
      c03 = fma(x, b3, c03);
      x = a[ao + 1];
      c10 = fma(x, b0, c10);
      c11 = fma(x, b1, c11);
      c12 = fma(x, b2, c12);
      c13 = fma(x, b3, c13);
      x = a[ao + 2];
      c20 = fma(x, b0, c20);
      c21 = fma(x, b1, c21);
      c22 = fma(x, b2, c22);
      c23 = fma(x, b3, c23);
      x = a[ao + 3];
      c30 = fma(x, b0, c30);
      c31 = fma(x, b1, c31);
      c32 = fma(x, b2, c32);
      c33 = fma(x, b3, c33);
      ao += SIDE;
      bo += SIDE;
    }
    addRow(c, co, c00, c01, c02, c03);
    addRow(c, co + ldc, c10, c11, c12, c13);
    addRow(c, co + 2 * ldc, c20, c21, c22, c23);
    addRow(c, co + 3 * ldc, c30, c31, c32, c33);
  }

  private static void addRow(double[] c, int at, double x0, double x1, double x2, double x3) {
    c[at] += x0;
    c[at + 1] += x1;
    c[at + 2] += x2;
    c[at + 3] += x3;
  }

  @Override
  public void subtractRows(
      int depth, double[] u, int uo, int us, double[] x, int xo, int ldx, double[] y, int yo, int n) {
    for (int q = 0; q < depth; q++) {
      double factor = -u[uo + q * us];
      int row = xo + q * ldx;
      for (int j = 0; j < n; j++) {
        y[yo + j] = fma(factor, x[row + j], y[yo + j]);
      }
    }
  }

  @Override
  public double dot(double[] x, int xo, double[] y, int yo, int n) {
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int i = 0;
    for (; i <= n - 4; i += 4) {
      s0 = fma(x[xo + i], y[yo + i], s0);
      s1 = fma(x[xo + i + 1], y[yo + i + 1], s1);
      s2 = fma(x[xo + i + 2], y[yo + i + 2], s2);
      s3 = fma(x[xo + i + 3], y[yo + i + 3], s3);
    }
    for (; i < n; i++) {
      s0 = fma(x[xo + i], y[yo + i], s0);
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public void axpy(double alpha, double[] x, int xo, double[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = fma(alpha, x[xo + i], y[yo + i]);
    }
  }

  @Override
  public void rotate(double[] x, int xo, double[] y, int yo, int n, double c, double s) {
    for (int i = 0; i < n; i++) {
      double xi = x[xo + i];
      double yi = y[yo + i];
      x[xo + i] = c * xi - s * yi;
      y[yo + i] = s * xi + c * yi;
    }
  }

  @Override
  public void scale(double alpha, double[] x, int xo, int n) {
    for (int i = 0; i < n; i++) {
      x[xo + i] *= alpha;
    }
  }

  @Override
  public void columnSums(int rows, int n, double[] x, int ldx, double[] shift, int so, double[] sum, double[] squares) {
    Arrays.fill(sum, 0, n, 0);
    Arrays.fill(squares, 0, n, 0);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        double y = x[i * ldx + j] - shift[so + j];
        sum[j] += y;
        squares[j] += y * y;
      }
    }
  }

  @Override
  public void columnDeviations(
      int rows, int n, double[] x, int ldx, double[] factor, double[] shift, double[] delta, int at) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        double y = (x[i * ldx + j] - shift[at + j]) - delta[at + j];
        x[i * ldx + j] = fma(factor[at + j], y, 0.0); // the sum turns a product of −0 into +0
      }
    }
  }

  @Override
  public ColumnKernels columns() {
    return COLUMNS;
  }
}
