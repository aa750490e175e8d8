package dev.fullrank.cpu;

/** The register tile in plain Java. */
class ScalarTiles implements Tiles {
  /**
   * Without the instruction, {@code Math.fma} computes through BigDecimal, a thousand times slower; a product and a sum, rounded
   * separately, are accurate enough.
   */
  private static final boolean FUSED = HotSpot.hasFusedMultiplyAdd();

  /** 4×4: sixteen accumulators, as many as there are scalar floating-point registers on x86-64. */
  private static final int SIDE = 4;

  @Override
  public final int tileRows() {
    return SIDE;
  }

  @Override
  public final int tileColumns() {
    return SIDE;
  }

  private static double fma(double a, double b, double c) {
    return FUSED ? Math.fma(a, b, c) : a * b + c;
  }

  @Override
  public final void fewRows(
      int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
    tile(depth, a, ao, b, bo, start, so, lds, c, co, ldc);
  }

  @Override
  public final void tile(
      int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
    int s1 = so + lds;
    int s2 = s1 + lds;
    int s3 = s2 + lds;
    double c00 = start[so], c01 = start[so + 1], c02 = start[so + 2], c03 = start[so + 3];
    double c10 = start[s1], c11 = start[s1 + 1], c12 = start[s1 + 2], c13 = start[s1 + 3];
    double c20 = start[s2], c21 = start[s2 + 1], c22 = start[s2 + 2], c23 = start[s2 + 3];
    double c30 = start[s3], c31 = start[s3 + 1], c32 = start[s3 + 2], c33 = start[s3 + 3];
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
    setRow(c, co, c00, c01, c02, c03);
    setRow(c, co + ldc, c10, c11, c12, c13);
    setRow(c, co + 2 * ldc, c20, c21, c22, c23);
    setRow(c, co + 3 * ldc, c30, c31, c32, c33);
  }

  private static void setRow(double[] c, int at, double x0, double x1, double x2, double x3) {
    c[at] = x0;
    c[at + 1] = x1;
    c[at + 2] = x2;
    c[at + 3] = x3;
  }

  @Override
  public final void copyRuns(int n, int width, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < width; i++) {
        dst[to + k * step + i] = alpha * src[so + k * ld + i];
      }
    }
  }

  @Override
  public final void interleave(int n, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
    int s1 = so + ld;
    int s2 = s1 + ld;
    int s3 = s2 + ld;
    for (int k = 0; k < n; k++) {
      dst[to] = alpha * src[so + k];
      dst[to + 1] = alpha * src[s1 + k];
      dst[to + 2] = alpha * src[s2 + k];
      dst[to + 3] = alpha * src[s3 + k];
      to += step;
    }
  }
}
