package dev.fullrank.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for 16 vector registers (AVX2, and 128 bits): eight accumulators, as many as two fused multiply-adds a cycle
 * with a latency of four ask for, two vectors of B and one broadcast of A make 11. Tiles with twelve accumulators spill: the
 * compiler schedules loads early. With 32 registers it takes the rows of C that do not fill a tile of 12.
 *
 * <p>Written as {@link Tile12x2} is, for the reasons given there, but in single steps: with two, tiles of floats lost half of
 * their speed.
 */
final class Tile4x2 {
  static final int ROWS = 4;
  static final int VECTORS = 2;

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private Tile4x2() {}

  /** {@link Tiles#tile} for 4 rows and 2 vectors, where A[i, k] lies at {@code ao + k·lda + i}. */
  static void multiply(
      int depth,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      double[] start,
      int so,
      int lds,
      double[] c,
      int co,
      int ldc) {
    DoubleVector c00 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c01 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c10 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c11 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c20 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c21 = DoubleVector.fromArray(SPECIES, start, so + L);
    so += lds;
    DoubleVector c30 = DoubleVector.fromArray(SPECIES, start, so);
    DoubleVector c31 = DoubleVector.fromArray(SPECIES, start, so + L);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bo);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bo + L);
      DoubleVector x = DoubleVector.broadcast(SPECIES, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = DoubleVector.broadcast(SPECIES, a[ao + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = DoubleVector.broadcast(SPECIES, a[ao + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = DoubleVector.broadcast(SPECIES, a[ao + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      ao += lda;
      bo += 2 * L;
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    co += ldc;
    c10.intoArray(c, co);
    c11.intoArray(c, co + L);
    co += ldc;
    c20.intoArray(c, co);
    c21.intoArray(c, co + L);
    co += ldc;
    c30.intoArray(c, co);
    c31.intoArray(c, co + L);
  }
}
