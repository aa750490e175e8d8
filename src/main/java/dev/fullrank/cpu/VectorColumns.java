package dev.fullrank.cpu;

import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over floats on the Vector API: half a vector of floats is widened to a vector of doubles in a register.
 *
 * <p>Both walk along rows, as memory lies, and keep what belongs to columns in the L1 cache.
 */
final class VectorColumns implements ColumnKernels {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  /**
   * Rows that share one trip of the sums from the cache and back: with two loads and two stores a trip costs less than the six
   * operations of each row, and eight rows are eight streams for the prefetcher.
   */
  private static final int TOGETHER = 8;

  @Override
  public void addSums(int rows, int n, FloatRows x, double[] shift, int at, double[] sum, double[] squares) {
    int i = 0;
    for (; i <= rows - TOGETHER; i += TOGETHER) {
      addEight(n, x.values(), x.at() + i * x.stride(), x.stride(), shift, at, sum, squares);
    }
    for (; i < rows; i++) {
      addOne(n, x.values(), x.at() + i * x.stride(), shift, at, sum, squares);
    }
    for (int j = n - n % L; j < n; j++) {
      double s = sum[j];
      double q = squares[j];
      for (int row = 0, from = x.at() + j; row < rows; row++, from += x.stride()) {
        double y = x.values()[from] - shift[at + j];
        s += y;
        q += y * y;
      }
      sum[j] = s;
      squares[j] = q;
    }
  }

  private static void addEight(
      int n, float[] x, int from, int stride, double[] shift, int at, double[] sum, double[] squares) {
    for (int j = 0; j <= n - L; j += L) {
      DoubleVector c = DoubleVector.fromArray(SPECIES, shift, at + j);
      DoubleVector s = DoubleVector.fromArray(SPECIES, sum, j);
      DoubleVector q = DoubleVector.fromArray(SPECIES, squares, j);
      int k = from + j;
      DoubleVector y0 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      k += stride;
      DoubleVector y1 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      k += stride;
      DoubleVector y2 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      k += stride;
      DoubleVector y3 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      k += stride;
      DoubleVector y4 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      k += stride;
      DoubleVector y5 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      k += stride;
      DoubleVector y6 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      k += stride;
      DoubleVector y7 = ((DoubleVector) FloatVector.fromArray(FLOATS, x, k).convertShape(F2D, SPECIES, 0)).sub(c);
      s.add(y0).add(y1).add(y2).add(y3).add(y4).add(y5).add(y6).add(y7).intoArray(sum, j);
      q = q.add(y0.mul(y0)).add(y1.mul(y1)).add(y2.mul(y2)).add(y3.mul(y3));
      q.add(y4.mul(y4)).add(y5.mul(y5)).add(y6.mul(y6)).add(y7.mul(y7)).intoArray(squares, j);
    }
  }

  private static void addOne(int n, float[] x, int from, double[] shift, int at, double[] sum, double[] squares) {
    for (int j = 0; j <= n - L; j += L) {
      DoubleVector c = DoubleVector.fromArray(SPECIES, shift, at + j);
      DoubleVector y = ((DoubleVector) FloatVector.fromArray(FLOATS, x, from + j).convertShape(F2D, SPECIES, 0)).sub(c);
      DoubleVector.fromArray(SPECIES, sum, j).add(y).intoArray(sum, j);
      DoubleVector.fromArray(SPECIES, squares, j).add(y.mul(y)).intoArray(squares, j);
    }
  }

  /** Row by row: with one stream of stores no load waits for a store to an address that is equal in its low twelve bits. */
  @Override
  public void deviations(
      int rows, int n, FloatRows x, double[] factor, double[] shift, double[] delta, int at, FloatRows out) {
    for (int i = 0; i < rows; i++) {
      deviations(n, x.values(), x.at() + i * x.stride(), factor, shift, delta, at, out.values(), out.at() + i * out.stride());
    }
  }

  private static void deviations(
      int n, float[] x, int from, double[] factor, double[] shift, double[] delta, int at, float[] out, int to) {
    DoubleVector zero = DoubleVector.zero(SPECIES); // the sum with it turns a product of −0 into +0
    int j = 0;
    for (; j <= n - L; j += L) {
      DoubleVector y = ((DoubleVector) FloatVector.fromArray(FLOATS, x, from + j).convertShape(F2D, SPECIES, 0))
          .sub(DoubleVector.fromArray(SPECIES, shift, at + j))
          .sub(DoubleVector.fromArray(SPECIES, delta, at + j));
      y = DoubleVector.fromArray(SPECIES, factor, at + j).fma(y, zero);
      ((FloatVector) y.convertShape(D2F, FLOATS, 0)).intoArray(out, to + j);
    }
    for (; j < n; j++) {
      double y = (x[from + j] - shift[at + j]) - delta[at + j];
      out[to + j] = (float) Math.fma(factor[at + j], y, 0.0);
    }
  }
}
