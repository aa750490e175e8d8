package dev.fullrank.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for 32 vector registers (AVX-512): 24 accumulators, two vectors of B and one broadcast of A make 27.
 *
 * <p>Two fused multiply-adds a cycle with a latency of four need eight independent ones in flight; 24 are. Of the 14 loads that
 * feed them twelve are broadcasts, which never straddle a cache line; the vectors of B do, because arrays on the heap start 16
 * bytes after a multiple of 64 at best. Tiles with more vectors of B and fewer broadcasts lose a third of the speed to that.
 *
 * <p>One method, accumulators in locals, no helper between a vector and its use: the optimising compiler keeps vectors in
 * registers only as far as it can see from creation to use inside one compiled method. It does not unroll this loop by itself;
 * two steps are written out, and with more the method grows past the size that it takes.
 */
final class Tile12x2 {
  static final int ROWS = 12;
  static final int VECTORS = 2;

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private Tile12x2() {}

  /** {@link Kernels#tile} for 12 rows and 2 vectors. */
  static void multiply(int depth, double[] a, int ao, double[] b, int bo, double[] c, int co, int ldc, boolean add) {
    DoubleVector c000, c001;
    DoubleVector c010, c011;
    DoubleVector c020, c021;
    DoubleVector c030, c031;
    DoubleVector c040, c041;
    DoubleVector c050, c051;
    DoubleVector c060, c061;
    DoubleVector c070, c071;
    DoubleVector c080, c081;
    DoubleVector c090, c091;
    DoubleVector c100, c101;
    DoubleVector c110, c111;
    if (add) {
      int at = co;
      c000 = DoubleVector.fromArray(SPECIES, c, at);
      c001 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c010 = DoubleVector.fromArray(SPECIES, c, at);
      c011 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c020 = DoubleVector.fromArray(SPECIES, c, at);
      c021 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c030 = DoubleVector.fromArray(SPECIES, c, at);
      c031 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c040 = DoubleVector.fromArray(SPECIES, c, at);
      c041 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c050 = DoubleVector.fromArray(SPECIES, c, at);
      c051 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c060 = DoubleVector.fromArray(SPECIES, c, at);
      c061 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c070 = DoubleVector.fromArray(SPECIES, c, at);
      c071 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c080 = DoubleVector.fromArray(SPECIES, c, at);
      c081 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c090 = DoubleVector.fromArray(SPECIES, c, at);
      c091 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c100 = DoubleVector.fromArray(SPECIES, c, at);
      c101 = DoubleVector.fromArray(SPECIES, c, at + L);
      at += ldc;
      c110 = DoubleVector.fromArray(SPECIES, c, at);
      c111 = DoubleVector.fromArray(SPECIES, c, at + L);
    } else {
      c000 = c001 = DoubleVector.zero(SPECIES);
      c010 = c011 = DoubleVector.zero(SPECIES);
      c020 = c021 = DoubleVector.zero(SPECIES);
      c030 = c031 = DoubleVector.zero(SPECIES);
      c040 = c041 = DoubleVector.zero(SPECIES);
      c050 = c051 = DoubleVector.zero(SPECIES);
      c060 = c061 = DoubleVector.zero(SPECIES);
      c070 = c071 = DoubleVector.zero(SPECIES);
      c080 = c081 = DoubleVector.zero(SPECIES);
      c090 = c091 = DoubleVector.zero(SPECIES);
      c100 = c101 = DoubleVector.zero(SPECIES);
      c110 = c111 = DoubleVector.zero(SPECIES);
    }
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
      ao += 12;
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
