package dev.fullrank.cpu;

import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over floats on the Vector API: half a vector of floats is widened to a vector of doubles in a register, or goes as it
 * is in single precision. There memory is the limit: 16 floats take two cycles of arithmetic, and their line as long to come from the
 * L2 cache; so what counts is how often a line is touched.
 *
 * <p>Both walk along rows, as memory lies, and keep what belongs to columns in the L1 cache.
 */
final class VectorColumns implements ColumnKernels {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private static final VectorSpecies<Float> SINGLES = FloatVector.SPECIES_PREFERRED;
  private static final int LS = SINGLES.length();

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

  @Override
  public void addSingleSums(int rows, int n, FloatRows x, float[] sums, int gap) {
    int i = 0;
    for (; i <= rows - TOGETHER; i += TOGETHER) {
      addEightSingle(n, x.values(), x.at() + i * x.stride(), x.stride(), sums, gap);
    }
    for (; i < rows; i++) {
      addOneSingle(n, x.values(), x.at() + i * x.stride(), sums, gap);
    }
    ScalarColumns.addSingleSums(rows, n - n % LS, n, x, sums, gap);
  }

  private static void addEightSingle(int n, float[] x, int from, int stride, float[] sums, int gap) {
    for (int j = 0; j <= n - LS; j += LS) {
      FloatVector c = FloatVector.fromArray(SINGLES, sums, j);
      int k = from + j;
      FloatVector y0 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      k += stride;
      FloatVector y1 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      k += stride;
      FloatVector y2 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      k += stride;
      FloatVector y3 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      k += stride;
      FloatVector y4 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      k += stride;
      FloatVector y5 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      k += stride;
      FloatVector y6 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      k += stride;
      FloatVector y7 = FloatVector.fromArray(SINGLES, x, k).sub(c);
      FloatVector s = y0.add(y1).add(y2.add(y3)).add(y4.add(y5).add(y6.add(y7)));
      FloatVector q = y3.fma(y3, y2.fma(y2, y1.fma(y1, y0.mul(y0)))).add(y7.fma(y7, y6.fma(y6, y5.fma(y5, y4.mul(y4)))));
      FloatVector.fromArray(SINGLES, sums, gap + j).add(s).intoArray(sums, gap + j);
      FloatVector.fromArray(SINGLES, sums, 2 * gap + j).add(q).intoArray(sums, 2 * gap + j);
    }
  }

  private static void addOneSingle(int n, float[] x, int from, float[] sums, int gap) {
    for (int j = 0; j <= n - LS; j += LS) {
      FloatVector y = FloatVector.fromArray(SINGLES, x, from + j).sub(FloatVector.fromArray(SINGLES, sums, j));
      FloatVector.fromArray(SINGLES, sums, gap + j).add(y).intoArray(sums, gap + j);
      y.fma(y, FloatVector.fromArray(SINGLES, sums, 2 * gap + j)).intoArray(sums, 2 * gap + j);
    }
  }

  @Override
  public void singleDeviations(int rows, int n, FloatRows x, float[] factor, float[] mean, int at, FloatRows out) {
    int i = 0;
    for (; i <= rows - 2; i += 2) {
      singleDeviationsOfTwo(
          n, x.values(), x.at() + i * x.stride(), x.stride(), factor, mean, at,
          out.values(), out.at() + i * out.stride(), out.stride());
    }
    if (i < rows) {
      singleDeviationsOfOne(n, x.values(), x.at() + i * x.stride(), factor, mean, at, out.values(), out.at() + i * out.stride());
    }
    ScalarColumns.singleDeviations(rows, n - n % LS, n, x, factor, mean, at, out);
  }

  /**
   * Two rows share the loads of factor and mean. Not more: where rows lie a power of two apart, the lines of four rows and their
   * results compete for the eight places of one set of the L1 cache. Loads come before stores: there a load would wait for a store
   * to an address that is equal in its low twelve bits.
   */
  private static void singleDeviationsOfTwo(
      int n, float[] x, int from, int stride, float[] factor, float[] mean, int at, float[] out, int to, int step) {
    FloatVector zero = FloatVector.zero(SINGLES); // the sum with it turns a product of −0 into +0
    for (int j = 0; j <= n - LS; j += LS) {
      FloatVector f = FloatVector.fromArray(SINGLES, factor, at + j);
      FloatVector m = FloatVector.fromArray(SINGLES, mean, at + j);
      FloatVector y0 = FloatVector.fromArray(SINGLES, x, from + j).sub(m).fma(f, zero);
      FloatVector y1 = FloatVector.fromArray(SINGLES, x, from + stride + j).sub(m).fma(f, zero);
      y0.intoArray(out, to + j);
      y1.intoArray(out, to + step + j);
    }
  }

  private static void singleDeviationsOfOne(
      int n, float[] x, int from, float[] factor, float[] mean, int at, float[] out, int to) {
    FloatVector zero = FloatVector.zero(SINGLES);
    for (int j = 0; j <= n - LS; j += LS) {
      FloatVector f = FloatVector.fromArray(SINGLES, factor, at + j);
      FloatVector m = FloatVector.fromArray(SINGLES, mean, at + j);
      FloatVector.fromArray(SINGLES, x, from + j).sub(m).fma(f, zero).intoArray(out, to + j);
    }
  }

  @Override
  public void centre(int rows, int n, float[] sums, int gap, double[] mean, double[] within, int at) {
    double inverse = 1.0 / rows;
    int j = 0;
    for (; j <= n - L; j += L) {
      DoubleVector s = (DoubleVector) FloatVector.fromArray(FLOATS, sums, gap + j).convertShape(F2D, SPECIES, 0);
      DoubleVector q = (DoubleVector) FloatVector.fromArray(FLOATS, sums, 2 * gap + j).convertShape(F2D, SPECIES, 0);
      DoubleVector m = s.mul(inverse);
      m.intoArray(mean, at + j);
      q.sub(s.mul(m)).max(0).intoArray(within, at + j);
    }
    for (; j < n; j++) {
      double s = sums[gap + j];
      double m = s * inverse;
      within[at + j] = Math.max(0, sums[2 * gap + j] - s * m);
      mean[at + j] = m;
    }
  }

  @Override
  public void merge(
      double weight, double between, int n, double[] mean, double[] squares, int from, double[] toMean, double[] toSquares, int to) {
    int j = 0;
    for (; j <= n - L; j += L) {
      DoubleVector before = DoubleVector.fromArray(SPECIES, toMean, to + j);
      DoubleVector step = DoubleVector.fromArray(SPECIES, mean, from + j).sub(before);
      before.add(step.mul(weight)).intoArray(toMean, to + j);
      DoubleVector within = DoubleVector.fromArray(SPECIES, squares, from + j).add(step.mul(step).mul(between));
      DoubleVector.fromArray(SPECIES, toSquares, to + j).add(within).intoArray(toSquares, to + j);
    }
    for (; j < n; j++) {
      double step = mean[from + j] - toMean[to + j];
      toMean[to + j] += step * weight;
      toSquares[to + j] += squares[from + j] + step * step * between;
    }
  }
}
