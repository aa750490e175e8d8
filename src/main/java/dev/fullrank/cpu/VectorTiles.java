package dev.fullrank.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The register tile on the Vector API, and packing in vectors of up to {@link Tiles#LANES} lanes. */
class VectorTiles implements Tiles {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

  /** 512-bit vectors come with 32 registers, narrower ones are sure of 16 only. */
  private static final boolean WIDE = SPECIES.vectorBitSize() == 512;

  /** As much of a group of lanes as fits into a vector. */
  private static final VectorSpecies<Double> GROUP =
      VectorSpecies.of(
          double.class, VectorShape.forBitSize(Math.min(SPECIES.vectorBitSize(), LANES * SPECIES.elementSize())));

  /** A whole group, if it fits; else pairs of lanes. */
  private static final boolean FITS = GROUP.length() == LANES;

  private static final VectorMask<Double> ODD = upper(1);
  private static final VectorShuffle<Double> HALVES = exchanged(GROUP.length() / 2);
  private static final VectorMask<Double> SECOND = upper(GROUP.length() / 2);

  @Override
  public final int tileRows() {
    return WIDE ? Tile12x2.ROWS : Tile4x2.ROWS;
  }

  @Override
  public final int tileColumns() {
    return (WIDE ? Tile12x2.VECTORS : Tile4x2.VECTORS) * SPECIES.length();
  }

  @Override
  public final void tile(
      int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
    if (WIDE) {
      Tile12x2.multiply(depth, a, ao, b, bo, start, so, lds, c, co, ldc);
    } else {
      Tile4x2.multiply(depth, a, ao, Tile4x2.ROWS, b, bo, start, so, lds, c, co, ldc);
    }
  }

  @Override
  public final void fewRows(
      int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
    Tile4x2.multiply(depth, a, ao, tileRows(), b, bo, start, so, lds, c, co, ldc);
  }

  /**
   * Eight runs at a time, since the compiler does not unroll this loop. It is then also too large to be inlined: where it became a
   * part of the loops around it, their vectors were objects.
   */
  @Override
  public final void copyRuns(int n, int width, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
    DoubleVector factor = DoubleVector.broadcast(GROUP, alpha);
    int k = 0;
    for (; k <= n - 8; k += 8) {
      for (int i = 0; i < width; i += GROUP.length()) {
        int s = so + i;
        int t = to + i;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
        s += ld;
        t += step;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
        s += ld;
        t += step;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
        s += ld;
        t += step;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
        s += ld;
        t += step;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
        s += ld;
        t += step;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
        s += ld;
        t += step;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
        s += ld;
        t += step;
        DoubleVector.fromArray(GROUP, src, s).mul(factor).intoArray(dst, t);
      }
      so += 8 * ld;
      to += 8 * step;
    }
    for (; k < n; k++) {
      for (int i = 0; i < width; i += GROUP.length()) {
        DoubleVector.fromArray(GROUP, src, so + i).mul(factor).intoArray(dst, to + i);
      }
      so += ld;
      to += step;
    }
  }

  @Override
  public final void interleave(int n, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
    if (FITS) {
      int whole = n - n % LANES;
      transposeGroups(whole, alpha, src, so, ld, dst, to, step);
      interleaveOneByOne(n - whole, alpha, src, so + whole, ld, dst, to + whole * step, step);
    } else {
      interleaveOneByOne(n, alpha, src, so, ld, dst, to, step);
    }
  }

  /**
   * 4 × 4 blocks in two steps: lanes are exchanged between neighbouring rows, then halves between the pairs of rows. The first
   * exchange blends a row with its neighbour loaded one element further left or right: two loads a cycle are cheaper than one
   * shuffle. What is loaded beyond the ends of a row lies in the row before or after it, and is blended away.
   */
  private static void transposeGroups(
      int n, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
    int s1 = so + ld;
    int s2 = s1 + ld;
    int s3 = s2 + ld;
    for (int k = 0; k < n; k += LANES) {
      DoubleVector p0 = DoubleVector.fromArray(GROUP, src, so + k).blend(DoubleVector.fromArray(GROUP, src, s1 + k - 1), ODD).mul(alpha);
      DoubleVector p1 = DoubleVector.fromArray(GROUP, src, so + k + 1).blend(DoubleVector.fromArray(GROUP, src, s1 + k), ODD).mul(alpha);
      DoubleVector p2 = DoubleVector.fromArray(GROUP, src, s2 + k).blend(DoubleVector.fromArray(GROUP, src, s3 + k - 1), ODD).mul(alpha);
      DoubleVector p3 = DoubleVector.fromArray(GROUP, src, s2 + k + 1).blend(DoubleVector.fromArray(GROUP, src, s3 + k), ODD).mul(alpha);
      p0.blend(p2.rearrange(HALVES), SECOND).intoArray(dst, to);
      p1.blend(p3.rearrange(HALVES), SECOND).intoArray(dst, to + step);
      p0.rearrange(HALVES).blend(p2, SECOND).intoArray(dst, to + 2 * step);
      p1.rearrange(HALVES).blend(p3, SECOND).intoArray(dst, to + 3 * step);
      to += LANES * step;
    }
  }

  private static void interleaveOneByOne(
      int n, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
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

  /** Each lane changes places with the one whose number differs in one bit. */
  private static VectorShuffle<Double> exchanged(int bit) {
    return VectorShuffle.fromOp(GROUP, i -> i ^ bit);
  }

  /** Lanes whose number has that bit. */
  private static VectorMask<Double> upper(int bit) {
    boolean[] lanes = new boolean[GROUP.length()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(GROUP, lanes, 0);
  }
}
