package dev.fullrank.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on the Vector API, in the widest vectors that the machine prefers.
 *
 * <p>Sums across lanes are written out lane by lane: {@code reduceLanes} adds in another order when compiled than when
 * interpreted, and results would change while the program warms up.
 */
final class VectorKernels extends VectorTiles implements Kernels {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> NARROW =
      VectorSpecies.of(float.class, VectorShape.forBitSize(L * Float.SIZE));

  private static final ColumnKernels COLUMNS = new VectorColumns();

  private final FloatTiles singles = new FloatVectorTiles();

  /** Bits in a vector. */
  static int bits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  public FloatTiles singles() {
    return singles;
  }

  @Override
  public void subtractRows(int depth, double[] u, int uo, int us, double[] x, int xo, int ldx, double[] y, int yo, int n) {
    if (depth == 0) {
      return;
    }
    int j = 0;
    // four independent chains: what a latency of four cycles asks for at one multiply-add a cycle, the rate of the loads
    for (; j <= n - 4 * L; j += 4 * L) {
      DoubleVector y0 = DoubleVector.fromArray(SPECIES, y, yo + j);
      DoubleVector y1 = DoubleVector.fromArray(SPECIES, y, yo + j + L);
      DoubleVector y2 = DoubleVector.fromArray(SPECIES, y, yo + j + 2 * L);
      DoubleVector y3 = DoubleVector.fromArray(SPECIES, y, yo + j + 3 * L);
      int at = xo + j;
      int f = uo;
      int q = 0;
      // at least once: where the loop might be left out, C2 boxed a sum in about one process of seven
      do {
        DoubleVector factor = DoubleVector.broadcast(SPECIES, -u[f]);
        y0 = factor.fma(DoubleVector.fromArray(SPECIES, x, at), y0);
        y1 = factor.fma(DoubleVector.fromArray(SPECIES, x, at + L), y1);
        y2 = factor.fma(DoubleVector.fromArray(SPECIES, x, at + 2 * L), y2);
        y3 = factor.fma(DoubleVector.fromArray(SPECIES, x, at + 3 * L), y3);
        at += ldx;
        f += us;
      } while (++q < depth);
      y0.intoArray(y, yo + j);
      y1.intoArray(y, yo + j + L);
      y2.intoArray(y, yo + j + 2 * L);
      y3.intoArray(y, yo + j + 3 * L);
    }
    for (; j <= n - L; j += L) {
      DoubleVector y0 = DoubleVector.fromArray(SPECIES, y, yo + j);
      int at = xo + j;
      int f = uo;
      int q = 0;
      do {
        y0 = DoubleVector.broadcast(SPECIES, -u[f]).fma(DoubleVector.fromArray(SPECIES, x, at), y0);
        at += ldx;
        f += us;
      } while (++q < depth);
      y0.intoArray(y, yo + j);
    }
    for (; j < n; j++) {
      double sum = y[yo + j];
      for (int q = 0; q < depth; q++) {
        sum = Math.fma(-u[uo + q * us], x[xo + q * ldx + j], sum);
      }
      y[yo + j] = sum;
    }
  }

  @Override
  public double dot(double[] x, int xo, double[] y, int yo, int n) {
    DoubleVector s0 = DoubleVector.zero(SPECIES);
    DoubleVector s1 = DoubleVector.zero(SPECIES);
    DoubleVector s2 = DoubleVector.zero(SPECIES);
    DoubleVector s3 = DoubleVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      s0 = DoubleVector.fromArray(SPECIES, x, xo + i).fma(DoubleVector.fromArray(SPECIES, y, yo + i), s0);
      s1 = DoubleVector.fromArray(SPECIES, x, xo + i + L).fma(DoubleVector.fromArray(SPECIES, y, yo + i + L), s1);
      s2 = DoubleVector.fromArray(SPECIES, x, xo + i + 2 * L).fma(DoubleVector.fromArray(SPECIES, y, yo + i + 2 * L), s2);
      s3 = DoubleVector.fromArray(SPECIES, x, xo + i + 3 * L).fma(DoubleVector.fromArray(SPECIES, y, yo + i + 3 * L), s3);
    }
    for (; i <= n - L; i += L) {
      s0 = DoubleVector.fromArray(SPECIES, x, xo + i).fma(DoubleVector.fromArray(SPECIES, y, yo + i), s0);
    }
    s0 = s0.add(s1).add(s2.add(s3));
    double sum = s0.lane(0) + s0.lane(1);
    if (L >= 4) {
      sum += s0.lane(2) + s0.lane(3);
    }
    if (L >= 8) {
      sum += (s0.lane(4) + s0.lane(5)) + (s0.lane(6) + s0.lane(7));
    }
    for (; i < n; i++) {
      sum = Math.fma(x[xo + i], y[yo + i], sum);
    }
    return sum;
  }

  @Override
  public void axpy(double alpha, double[] x, int xo, double[] y, int yo, int n) {
    DoubleVector factor = DoubleVector.broadcast(SPECIES, alpha);
    int i = 0;
    for (; i <= n - L; i += L) {
      factor.fma(DoubleVector.fromArray(SPECIES, x, xo + i), DoubleVector.fromArray(SPECIES, y, yo + i)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
    }
  }

  @Override
  public void rotate(double[] x, int xo, double[] y, int yo, int n, double c, double s) {
    DoubleVector cosine = DoubleVector.broadcast(SPECIES, c);
    DoubleVector sine = DoubleVector.broadcast(SPECIES, s);
    int i = 0;
    for (; i <= n - L; i += L) {
      DoubleVector xi = DoubleVector.fromArray(SPECIES, x, xo + i);
      DoubleVector yi = DoubleVector.fromArray(SPECIES, y, yo + i);
      cosine.mul(xi).sub(sine.mul(yi)).intoArray(x, xo + i);
      sine.mul(xi).add(cosine.mul(yi)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      double xi = x[xo + i];
      double yi = y[yo + i];
      x[xo + i] = c * xi - s * yi;
      y[yo + i] = s * xi + c * yi;
    }
  }

  @Override
  public void scale(double alpha, double[] x, int xo, int n) {
    DoubleVector factor = DoubleVector.broadcast(SPECIES, alpha);
    int i = 0;
    for (; i <= n - L; i += L) {
      DoubleVector.fromArray(SPECIES, x, xo + i).mul(factor).intoArray(x, xo + i);
    }
    for (; i < n; i++) {
      x[xo + i] *= alpha;
    }
  }

  @Override
  public void addFourRows(
      int vectors, double[] x, int xo, int ldx, double[] a, int ao, int lda, double[] y, int yo, int ldy, int n) {
    for (int p = 0; p < vectors; p++) {
      int xp = xo + p * ldx;
      DoubleVector x0 = DoubleVector.broadcast(SPECIES, x[xp]);
      DoubleVector x1 = DoubleVector.broadcast(SPECIES, x[xp + 1]);
      DoubleVector x2 = DoubleVector.broadcast(SPECIES, x[xp + 2]);
      DoubleVector x3 = DoubleVector.broadcast(SPECIES, x[xp + 3]);
      int yp = yo + p * ldy;
      int a1 = ao + lda;
      int a2 = a1 + lda;
      int a3 = a2 + lda;
      int j = 0;
      for (; j <= n - L; j += L) {
        DoubleVector sum = x0.fma(DoubleVector.fromArray(SPECIES, a, ao + j), DoubleVector.fromArray(SPECIES, y, yp + j));
        sum = x1.fma(DoubleVector.fromArray(SPECIES, a, a1 + j), sum);
        sum = x2.fma(DoubleVector.fromArray(SPECIES, a, a2 + j), sum);
        x3.fma(DoubleVector.fromArray(SPECIES, a, a3 + j), sum).intoArray(y, yp + j);
      }
      for (; j < n; j++) {
        double sum = Math.fma(x[xp], a[ao + j], y[yp + j]);
        sum = Math.fma(x[xp + 1], a[a1 + j], sum);
        sum = Math.fma(x[xp + 2], a[a2 + j], sum);
        y[yp + j] = Math.fma(x[xp + 3], a[a3 + j], sum);
      }
    }
  }

  @Override
  public void symmetricRows(double[] a, int ao, int lda, double[] x, int xo, double[] y, int yo, int n, double[] scratch) {
    DoubleVector x0 = DoubleVector.broadcast(SPECIES, x[xo]);
    DoubleVector x1 = DoubleVector.broadcast(SPECIES, x[xo + 1]);
    DoubleVector x2 = DoubleVector.broadcast(SPECIES, x[xo + 2]);
    DoubleVector x3 = DoubleVector.broadcast(SPECIES, x[xo + 3]);
    DoubleVector s0 = DoubleVector.zero(SPECIES);
    DoubleVector s1 = DoubleVector.zero(SPECIES);
    DoubleVector s2 = DoubleVector.zero(SPECIES);
    DoubleVector s3 = DoubleVector.zero(SPECIES);
    int right = ao + 4;
    int a1 = right + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int xj = xo + 4;
    int yj = yo + 4;
    int j = 0;
    for (; j <= n - L; j += L) {
      DoubleVector xs = DoubleVector.fromArray(SPECIES, x, xj + j);
      DoubleVector sum = DoubleVector.fromArray(SPECIES, y, yj + j);
      DoubleVector r0 = DoubleVector.fromArray(SPECIES, a, right + j);
      DoubleVector r1 = DoubleVector.fromArray(SPECIES, a, a1 + j);
      DoubleVector r2 = DoubleVector.fromArray(SPECIES, a, a2 + j);
      DoubleVector r3 = DoubleVector.fromArray(SPECIES, a, a3 + j);
      s0 = r0.fma(xs, s0);
      s1 = r1.fma(xs, s1);
      s2 = r2.fma(xs, s2);
      s3 = r3.fma(xs, s3);
      sum = r0.fma(x0, sum);
      sum = r1.fma(x1, sum);
      sum = r2.fma(x2, sum);
      r3.fma(x3, sum).intoArray(y, yj + j);
    }
    s0.intoArray(scratch, 0);
    s1.intoArray(scratch, L);
    s2.intoArray(scratch, 2 * L);
    s3.intoArray(scratch, 3 * L);
    double t0 = sumOfLanes(scratch, 0);
    double t1 = sumOfLanes(scratch, L);
    double t2 = sumOfLanes(scratch, 2 * L);
    double t3 = sumOfLanes(scratch, 3 * L);
    double f0 = x[xo];
    double f1 = x[xo + 1];
    double f2 = x[xo + 2];
    double f3 = x[xo + 3];
    for (; j < n; j++) {
      double e0 = a[right + j];
      double e1 = a[a1 + j];
      double e2 = a[a2 + j];
      double e3 = a[a3 + j];
      double xs = x[xj + j];
      t0 = Math.fma(e0, xs, t0);
      t1 = Math.fma(e1, xs, t1);
      t2 = Math.fma(e2, xs, t2);
      t3 = Math.fma(e3, xs, t3);
      y[yj + j] = Math.fma(e3, f3, Math.fma(e2, f2, Math.fma(e1, f1, Math.fma(e0, f0, y[yj + j]))));
    }
    double a01 = a[right - 3];
    double a02 = a[right - 2];
    double a03 = a[right - 1];
    double a12 = a[a1 - 2];
    double a13 = a[a1 - 1];
    double a23 = a[a2 - 1];
    y[yo] += Math.fma(a[ao], f0, Math.fma(a01, f1, Math.fma(a02, f2, Math.fma(a03, f3, t0))));
    y[yo + 1] += Math.fma(a01, f0, Math.fma(a[a1 - 3], f1, Math.fma(a12, f2, Math.fma(a13, f3, t1))));
    y[yo + 2] += Math.fma(a02, f0, Math.fma(a12, f1, Math.fma(a[a2 - 2], f2, Math.fma(a23, f3, t2))));
    y[yo + 3] += Math.fma(a03, f0, Math.fma(a13, f1, Math.fma(a23, f2, Math.fma(a[a3 - 1], f3, t3))));
  }

  @Override
  public double dot(float[] x, int xo, double[] y, int yo, int n) {
    DoubleVector s0 = DoubleVector.zero(SPECIES);
    DoubleVector s1 = DoubleVector.zero(SPECIES);
    DoubleVector s2 = DoubleVector.zero(SPECIES);
    DoubleVector s3 = DoubleVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      DoubleVector x0 = (DoubleVector) FloatVector.fromArray(NARROW, x, xo + i).convertShape(VectorOperators.F2D, SPECIES, 0);
      DoubleVector x1 = (DoubleVector) FloatVector.fromArray(NARROW, x, xo + i + L).convertShape(VectorOperators.F2D, SPECIES, 0);
      DoubleVector x2 = (DoubleVector) FloatVector.fromArray(NARROW, x, xo + i + 2 * L).convertShape(VectorOperators.F2D, SPECIES, 0);
      DoubleVector x3 = (DoubleVector) FloatVector.fromArray(NARROW, x, xo + i + 3 * L).convertShape(VectorOperators.F2D, SPECIES, 0);
      s0 = x0.fma(DoubleVector.fromArray(SPECIES, y, yo + i), s0);
      s1 = x1.fma(DoubleVector.fromArray(SPECIES, y, yo + i + L), s1);
      s2 = x2.fma(DoubleVector.fromArray(SPECIES, y, yo + i + 2 * L), s2);
      s3 = x3.fma(DoubleVector.fromArray(SPECIES, y, yo + i + 3 * L), s3);
    }
    s0 = s0.add(s1).add(s2.add(s3));
    double sum = s0.lane(0) + s0.lane(1);
    if (L >= 4) {
      sum += s0.lane(2) + s0.lane(3);
    }
    if (L >= 8) {
      sum += (s0.lane(4) + s0.lane(5)) + (s0.lane(6) + s0.lane(7));
    }
    for (; i < n; i++) {
      sum = Math.fma(x[xo + i], y[yo + i], sum);
    }
    return sum;
  }

  @Override
  public void axpy(double alpha, float[] x, int xo, double[] y, int yo, int n) {
    DoubleVector factor = DoubleVector.broadcast(SPECIES, alpha);
    int i = 0;
    for (; i <= n - L; i += L) {
      DoubleVector wide = (DoubleVector) FloatVector.fromArray(NARROW, x, xo + i).convertShape(VectorOperators.F2D, SPECIES, 0);
      factor.fma(wide, DoubleVector.fromArray(SPECIES, y, yo + i)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
    }
  }

  /** Through memory, from where a lane costs a load; out of a register it costs two or three instructions. */
  private static double sumOfLanes(double[] lanes, int at) {
    double sum = lanes[at] + lanes[at + 1];
    if (L >= 4) {
      sum += lanes[at + 2] + lanes[at + 3];
    }
    if (L >= 8) {
      sum += (lanes[at + 4] + lanes[at + 5]) + (lanes[at + 6] + lanes[at + 7]);
    }
    return sum;
  }

  @Override
  public void columnSums(int rows, int n, double[] x, int ldx, double[] shift, int so, double[] sum, double[] squares) {
    for (int j = 0; j < n; j += 4 * L) {
      columnSums4(rows, x, j, ldx, shift, so + j, sum, squares);
    }
  }

  /** Eight accumulators: 16 operations a row, eight cycles on two ports, cover the four cycles until a sum is ready again. */
  private static void columnSums4(int rows, double[] x, int j, int ldx, double[] shift, int so, double[] sum, double[] squares) {
    DoubleVector shift0 = DoubleVector.fromArray(SPECIES, shift, so);
    DoubleVector shift1 = DoubleVector.fromArray(SPECIES, shift, so + L);
    DoubleVector shift2 = DoubleVector.fromArray(SPECIES, shift, so + 2 * L);
    DoubleVector shift3 = DoubleVector.fromArray(SPECIES, shift, so + 3 * L);
    DoubleVector sum0 = DoubleVector.zero(SPECIES);
    DoubleVector sum1 = DoubleVector.zero(SPECIES);
    DoubleVector sum2 = DoubleVector.zero(SPECIES);
    DoubleVector sum3 = DoubleVector.zero(SPECIES);
    DoubleVector squares0 = DoubleVector.zero(SPECIES);
    DoubleVector squares1 = DoubleVector.zero(SPECIES);
    DoubleVector squares2 = DoubleVector.zero(SPECIES);
    DoubleVector squares3 = DoubleVector.zero(SPECIES);
    int at = j;
    for (int i = 0; i < rows; i++) {
      DoubleVector y0 = DoubleVector.fromArray(SPECIES, x, at).sub(shift0);
      DoubleVector y1 = DoubleVector.fromArray(SPECIES, x, at + L).sub(shift1);
      DoubleVector y2 = DoubleVector.fromArray(SPECIES, x, at + 2 * L).sub(shift2);
      DoubleVector y3 = DoubleVector.fromArray(SPECIES, x, at + 3 * L).sub(shift3);
      sum0 = sum0.add(y0);
      sum1 = sum1.add(y1);
      sum2 = sum2.add(y2);
      sum3 = sum3.add(y3);
      squares0 = squares0.add(y0.mul(y0));
      squares1 = squares1.add(y1.mul(y1));
      squares2 = squares2.add(y2.mul(y2));
      squares3 = squares3.add(y3.mul(y3));
      at += ldx;
    }
    sum0.intoArray(sum, j);
    sum1.intoArray(sum, j + L);
    sum2.intoArray(sum, j + 2 * L);
    sum3.intoArray(sum, j + 3 * L);
    squares0.intoArray(squares, j);
    squares1.intoArray(squares, j + L);
    squares2.intoArray(squares, j + 2 * L);
    squares3.intoArray(squares, j + 3 * L);
  }

  @Override
  public void columnDeviations(
      int rows, int n, double[] x, int ldx, double[] factor, double[] shift, double[] delta, int at) {
    DoubleVector zero = DoubleVector.zero(SPECIES);
    for (int j = 0; j < n; j += L) {
      DoubleVector f = DoubleVector.fromArray(SPECIES, factor, at + j);
      DoubleVector s = DoubleVector.fromArray(SPECIES, shift, at + j);
      DoubleVector d = DoubleVector.fromArray(SPECIES, delta, at + j);
      int xo = j;
      for (int i = 0; i < rows; i++) {
        DoubleVector y = DoubleVector.fromArray(SPECIES, x, xo).sub(s).sub(d);
        f.fma(y, zero).intoArray(x, xo); // the sum turns a product of −0 into +0
        xo += ldx;
      }
    }
  }

  @Override
  public void narrow(int rows, int n, double[] src, int so, int ld, float[] dst, int to, int step) {
    for (int i = 0; i < rows; i++) {
      int j = 0;
      for (; j <= n - L; j += L) {
        DoubleVector wide = DoubleVector.fromArray(SPECIES, src, so + j);
        ((FloatVector) wide.convertShape(VectorOperators.D2F, NARROW, 0)).intoArray(dst, to + j);
      }
      for (; j < n; j++) {
        dst[to + j] = (float) src[so + j];
      }
      so += ld;
      to += step;
    }
  }

  @Override
  public ColumnKernels columns() {
    return COLUMNS;
  }
}
