package dev.fullrank.cpu;

import java.util.Arrays;

/** The kernels in plain Java: valid on every JVM, and what the vector kernels are tested against. */
public final class ScalarKernels extends ScalarTiles implements Kernels {
  /**
   * Without the instruction, {@code Math.fma} computes through BigDecimal, a thousand times slower; a product and a sum, rounded
   * separately, are accurate enough.
   */
  static final boolean FUSED = HotSpot.hasFusedMultiplyAdd();

  private static final ColumnKernels COLUMNS = new ScalarColumns();

  private final FloatTiles singles = new FloatScalarTiles();

  @Override
  public FloatTiles singles() {
    return singles;
  }

  /** a·b + c. */
  static double fma(double a, double b, double c) {
    return FUSED ? Math.fma(a, b, c) : a * b + c;
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
  public void addFourRows(
      int vectors, double[] x, int xo, int ldx, double[] a, int ao, int lda, double[] y, int yo, int ldy, int n) {
    for (int p = 0; p < vectors; p++) {
      for (int j = 0; j < n; j++) {
        double sum = y[yo + p * ldy + j];
        for (int q = 0; q < 4; q++) {
          sum = Math.fma(x[xo + p * ldx + q], a[ao + q * lda + j], sum);
        }
        y[yo + p * ldy + j] = sum;
      }
    }
  }

  @Override
  public void symmetricRows(double[] a, int ao, int lda, double[] x, int xo, double[] y, int yo, int n, double[] scratch) {
    for (int q = 0; q < 4; q++) {
      int row = ao + q * (lda + 1);
      int right = 3 - q + n;
      y[yo + q] += fma(a[row], x[xo + q], dot(a, row + 1, x, xo + q + 1, right));
      axpy(x[xo + q], a, row + 1, y, yo + q + 1, right);
    }
  }

  @Override
  public double dot(float[] x, int xo, double[] y, int yo, int n) {
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
  public void axpy(double alpha, float[] x, int xo, double[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = fma(alpha, x[xo + i], y[yo + i]);
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
  public void narrow(int rows, int n, double[] src, int so, int ld, float[] dst, int to, int step) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        dst[to + i * step + j] = (float) src[so + i * ld + j];
      }
    }
  }

  @Override
  public ColumnKernels columns() {
    return COLUMNS;
  }
}
