package dev.fullrank.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for 32 vector registers (AVX-512): 24 accumulators, four vectors of B and one broadcast of A make 29.
 *
 * <p>Two fused multiply-adds a cycle with a latency of four need eight independent ones in flight; 24 are. Ten loads feed 24
 * multiply-adds, so that the two load ports are idle half the time even if every vector straddles two cache lines.
 *
 * <p>One method, accumulators in locals, no helper between a vector and its use: the optimising compiler keeps vectors in
 * registers only as far as it can see from creation to use inside one compiled method. It does not unroll this loop by itself;
 * two steps are written out, and with more the method grows past the size that it takes.
 */
final class Tile6x4 {
  static final int ROWS = 6;
  static final int VECTORS = 4;

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private Tile6x4() {}

  /** {@link Kernels#tile} for 6 rows and 4 vectors. */
  static void multiplyAdd(int depth, double[] a, int ao, double[] b, int bo, double[] c, int co, int ldc) {
    DoubleVector c00 = DoubleVector.zero(SPECIES);
    DoubleVector c01 = DoubleVector.zero(SPECIES);
    DoubleVector c02 = DoubleVector.zero(SPECIES);
    DoubleVector c03 = DoubleVector.zero(SPECIES);
    DoubleVector c10 = DoubleVector.zero(SPECIES);
    DoubleVector c11 = DoubleVector.zero(SPECIES);
    DoubleVector c12 = DoubleVector.zero(SPECIES);
    DoubleVector c13 = DoubleVector.zero(SPECIES);
    DoubleVector c20 = DoubleVector.zero(SPECIES);
    DoubleVector c21 = DoubleVector.zero(SPECIES);
    DoubleVector c22 = DoubleVector.zero(SPECIES);
    DoubleVector c23 = DoubleVector.zero(SPECIES);
    DoubleVector c30 = DoubleVector.zero(SPECIES);
    DoubleVector c31 = DoubleVector.zero(SPECIES);
    DoubleVector c32 = DoubleVector.zero(SPECIES);
    DoubleVector c33 = DoubleVector.zero(SPECIES);
    DoubleVector c40 = DoubleVector.zero(SPECIES);
    DoubleVector c41 = DoubleVector.zero(SPECIES);
    DoubleVector c42 = DoubleVector.zero(SPECIES);
    DoubleVector c43 = DoubleVector.zero(SPECIES);
    DoubleVector c50 = DoubleVector.zero(SPECIES);
    DoubleVector c51 = DoubleVector.zero(SPECIES);
    DoubleVector c52 = DoubleVector.zero(SPECIES);
    DoubleVector c53 = DoubleVector.zero(SPECIES);
    for (int k = 0; k < depth; k += 2) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bo);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bo + L);
      DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, bo + 2 * L);
      DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, bo + 3 * L);
      DoubleVector x = DoubleVector.broadcast(SPECIES, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = DoubleVector.broadcast(SPECIES, a[ao + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = DoubleVector.broadcast(SPECIES, a[ao + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = DoubleVector.broadcast(SPECIES, a[ao + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      x = DoubleVector.broadcast(SPECIES, a[ao + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      c43 = x.fma(b3, c43);
      x = DoubleVector.broadcast(SPECIES, a[ao + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      c53 = x.fma(b3, c53);
      b0 = DoubleVector.fromArray(SPECIES, b, bo + 4 * L);
      b1 = DoubleVector.fromArray(SPECIES, b, bo + 5 * L);
      b2 = DoubleVector.fromArray(SPECIES, b, bo + 6 * L);
      b3 = DoubleVector.fromArray(SPECIES, b, bo + 7 * L);
      x = DoubleVector.broadcast(SPECIES, a[ao + 6]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = DoubleVector.broadcast(SPECIES, a[ao + 7]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = DoubleVector.broadcast(SPECIES, a[ao + 8]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = DoubleVector.broadcast(SPECIES, a[ao + 9]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      x = DoubleVector.broadcast(SPECIES, a[ao + 10]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      c43 = x.fma(b3, c43);
      x = DoubleVector.broadcast(SPECIES, a[ao + 11]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      c53 = x.fma(b3, c53);
      ao += 12;
      bo += 8 * L;
    }
    c00.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c01.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c02.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c03.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
    co += ldc;
    c10.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c11.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c12.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c13.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
    co += ldc;
    c20.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c21.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c22.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c23.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
    co += ldc;
    c30.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c31.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c32.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c33.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
    co += ldc;
    c40.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c41.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c42.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c43.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
    co += ldc;
    c50.add(DoubleVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c51.add(DoubleVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c52.add(DoubleVector.fromArray(SPECIES, c, co + 2 * L)).intoArray(c, co + 2 * L);
    c53.add(DoubleVector.fromArray(SPECIES, c, co + 3 * L)).intoArray(c, co + 3 * L);
  }
}
