package dev.fullrank.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for 32 vector registers (AVX-512): 24 accumulators, two vectors of B and one broadcast of A make 27.
 *
 * <p>Two fused multiply-adds a cycle with a latency of four need eight independent ones in flight; 24 are, in 12 cycles, during
 * which two load ports can fetch more than the 14 operands that a step needs.
 *
 * <p>One method, accumulators in locals, no helper and no branch between a vector and its use: the optimising compiler keeps
 * vectors in registers only as far as it can see from creation to use inside one compiled method, and a branch that was not
 * taken while it was profiled would throw the compiled code away later. It does not unroll this loop by itself, and two steps are not
 * written out: it then loads the vectors of B of both first and has too few registers. Depending on the profile it spilled two
 * accumulators, for a gain of 3 % over one step, or so many, in one process of three, that the tile ran at 0.4 of its speed.
 */
final class Tile12x2 {
  static final int ROWS = 12;
  static final int VECTORS = 2;

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private Tile12x2() {}

  /** {@link Tiles#tile} for 12 rows and 2 vectors. */
  static void multiply(
      int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
    DoubleVector c000 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c001 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c010 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c011 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c020 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c021 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c030 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c031 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c040 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c041 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c050 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c051 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c060 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c061 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c070 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c071 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c080 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c081 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c090 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c091 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c100 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c101 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c110 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c111 = DoubleVector.fromArray(SPECIES, start, so + L);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bo);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bo + L);
      DoubleVector x = DoubleVector.broadcast(SPECIES, a[ao]);
      c000 = x.fma(b0, c000);
      c001 = x.fma(b1, c001);
      x = DoubleVector.broadcast(SPECIES, a[ao + 1]);
      c010 = x.fma(b0, c010);
      c011 = x.fma(b1, c011);
      x = DoubleVector.broadcast(SPECIES, a[ao + 2]);
      c020 = x.fma(b0, c020);
      c021 = x.fma(b1, c021);
      x = DoubleVector.broadcast(SPECIES, a[ao + 3]);
      c030 = x.fma(b0, c030);
      c031 = x.fma(b1, c031);
      x = DoubleVector.broadcast(SPECIES, a[ao + 4]);
      c040 = x.fma(b0, c040);
      c041 = x.fma(b1, c041);
      x = DoubleVector.broadcast(SPECIES, a[ao + 5]);
      c050 = x.fma(b0, c050);
      c051 = x.fma(b1, c051);
      x = DoubleVector.broadcast(SPECIES, a[ao + 6]);
      c060 = x.fma(b0, c060);
      c061 = x.fma(b1, c061);
      x = DoubleVector.broadcast(SPECIES, a[ao + 7]);
      c070 = x.fma(b0, c070);
      c071 = x.fma(b1, c071);
      x = DoubleVector.broadcast(SPECIES, a[ao + 8]);
      c080 = x.fma(b0, c080);
      c081 = x.fma(b1, c081);
      x = DoubleVector.broadcast(SPECIES, a[ao + 9]);
      c090 = x.fma(b0, c090);
      c091 = x.fma(b1, c091);
      x = DoubleVector.broadcast(SPECIES, a[ao + 10]);
      c100 = x.fma(b0, c100);
      c101 = x.fma(b1, c101);
      x = DoubleVector.broadcast(SPECIES, a[ao + 11]);
      c110 = x.fma(b0, c110);
      c111 = x.fma(b1, c111);
      ao += ROWS;
      bo += 2 * L;
    }
    c000.intoArray(c, co);
    c001.intoArray(c, co + L);
    co += ldc;
    c010.intoArray(c, co);
    c011.intoArray(c, co + L);
    co += ldc;
    c020.intoArray(c, co);
    c021.intoArray(c, co + L);
    co += ldc;
    c030.intoArray(c, co);
    c031.intoArray(c, co + L);
    co += ldc;
    c040.intoArray(c, co);
    c041.intoArray(c, co + L);
    co += ldc;
    c050.intoArray(c, co);
    c051.intoArray(c, co + L);
    co += ldc;
    c060.intoArray(c, co);
    c061.intoArray(c, co + L);
    co += ldc;
    c070.intoArray(c, co);
    c071.intoArray(c, co + L);
    co += ldc;
    c080.intoArray(c, co);
    c081.intoArray(c, co + L);
    co += ldc;
    c090.intoArray(c, co);
    c091.intoArray(c, co + L);
    co += ldc;
    c100.intoArray(c, co);
    c101.intoArray(c, co + L);
    co += ldc;
    c110.intoArray(c, co);
    c111.intoArray(c, co + L);
  }
}
