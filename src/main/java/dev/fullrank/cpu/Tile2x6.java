package dev.fullrank.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for 16 vector registers (AVX2, and 128 bits): twelve accumulators, two broadcasts of A and one vector of B
 * make 15. Squarer tiles, with fewer loads for each multiply-add, spill: the compiler schedules loads early.
 *
 * <p>Written as {@link Tile6x4} is, for the reasons given there.
 */
final class Tile2x6 {
  static final int ROWS = 2;
  static final int VECTORS = 6;

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private Tile2x6() {}

  /** {@link Kernels#tile} for 2 rows and 6 vectors. */
  static void multiplyAdd(int depth, double[] a, int ao, double[] b, int bo, double[] c, int co, int ldc) {
    DoubleVector c00 = DoubleVector.zero(SPECIES);
    DoubleVector c01 = DoubleVector.zero(SPECIES);
    DoubleVector c02 = DoubleVector.zero(SPECIES);
    DoubleVector c03 = DoubleVector.zero(SPECIES);
    DoubleVector c04 = DoubleVector.zero(SPECIES);
    DoubleVector c05 = DoubleVector.zero(SPECIES);
    DoubleVector c10 = DoubleVector.zero(SPECIES);
    DoubleVector c11 = DoubleVector.zero(SPECIES);
    DoubleVector c12 = DoubleVector.zero(SPECIES);
    DoubleVector c13 = DoubleVector.zero(SPECIES);
    DoubleVector c14 = DoubleVector.zero(SPECIES);
    DoubleVector c15 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < depth; k += 2) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bo);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bo + L);
      DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, bo + 2 * L);
      DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, bo + 3 * L);
      DoubleVector b4 = DoubleVector.fromArray(SPECIES, b, bo + 4 * L);
      DoubleVector b5 = DoubleVector.fromArray(SPECIES, b, bo + 5 * L);
      DoubleVector x = DoubleVector.broadcast(SPECIES, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      c04 = x.fma(b4, c04);
      c05 = x.fma(b5, c05);
      x = DoubleVector.broadcast(SPECIES, a[ao + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      c14 = x.fma(b4, c14);
      c15 = x.fma(b5, c15);
      b0 = DoubleVector.fromArray(SPECIES, b, bo + 6 * L);
      b1 = DoubleVector.fromArray(SPECIES, b, bo + 7 * L);
      b2 = DoubleVector.fromArray(SPECIES, b, bo + 8 * L);
      b3 = DoubleVector.fromArray(SPECIES, b, bo + 9 * L);
      b4 = DoubleVector.fromArray(SPECIES, b, bo + 10 * L);
      b5 = DoubleVector.fromArray(SPECIES, b, bo + 11 * L);
      x = DoubleVector.broadcast(SPECIES, a[ao + 2]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      c04 = x.fma(b4, c04);
      c05 = x.fma(b5, c05);
      x = DoubleVector.broadcast(SPECIES, a[ao + 3]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      c14 = x.fma(b4, c14);
      c15 = x.fma(b5, c15);
      ao += 4;
      bo += 12 * L;
    }
    c00.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c01.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c02.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c03.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
    c04.add(DoubleVector.fromArray(SPECIES, c, co + 4 * L)).intoArray(c, co + 4 * L);
    c05.add(DoubleVector.fromArray(SPECIES, c, co + 5 * L)).intoArray(c, co + 5 * L);
    co += ldc;
    c10.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c11.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c12.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c13.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
    c14.add(DoubleVector.fromArray(SPECIES, c, co + 4 * L)).intoArray(c, co + 4 * L);
    c15.add(DoubleVector.fromArray(SPECIES, c, co + 5 * L)).intoArray(c, co + 5 * L);
  }
}
