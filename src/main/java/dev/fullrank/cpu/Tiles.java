package dev.fullrank.cpu;

/**
 * The register tile and what brings its operands into order; a part of {@link Kernels}.
 *
 * <h2>Packed panels</h2>
 *
 * The register tile reads its operands from panels, in the order in which it needs them, from the lowest address to the highest.
 * With R = {@link #tileRows()} and C = {@link #tileColumns()}:
 *
 * <pre>
 *   panel of A (R × depth)                     panel of B (depth × C)
 *   a[ao + k·R + i] = A[i, k]                  b[bo + k·C + j] = B[k, j]
 *
 *   k=0          k=1                           k=0            k=1
 *   A00 A10 … | A01 A11 … | …                  B00 B01 … | B10 B11 … | …
 * </pre>
 *
 * Who packs fills missing rows, columns and one missing k with zeros, so that a tile is always full and a depth always even:
 * no kernel has a masked tail. R and C are multiples of {@link #LANES}. Alignment is not required.
 */
public interface Tiles {
  /** Lanes that are moved together: tiles are made of whole groups of them, and every machine has vectors of at most so many. */
  int LANES = 4;

  /** Rows R of the register tile, a multiple of {@link #LANES}. */
  int tileRows();

  /** Columns C of the register tile, a multiple of {@link #LANES}. */
  int tileColumns();

  /**
   * C := S + A·B for one full tile: c[co + i·ldc + j] := start[so + i·lds + j] + Σ_k A[i, k]·B[k, j]. Each element is one chain of
   * fused multiply-adds in ascending k that starts from S; so its bits depend on nothing but the cuts of k.
   *
   * @param depth how many k; even
   * @param start what the sums start from: C itself, or a row of zeros with {@code lds} 0, and then C may hold NaN before
   * @param lds elements from one row of S to the next
   * @param ldc elements from one row of C to the next
   */
  void tile(
      int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc);

  /** {@link #tile} for {@link #LANES} rows of it, the first of which is at {@code ao}: what is left of C below whole tiles. */
  void fewRows(
      int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc);

  /**
   * dst[to + k·step + i] := alpha·src[so + k·ld + i] for i &lt; width, k &lt; n: rows that keep their direction.
   *
   * @param width a multiple of {@link #LANES}
   */
  void copyRuns(int n, int width, double alpha, double[] src, int so, int ld, double[] dst, int to, int step);

  /** dst[to + k·step + i] := alpha·src[so + i·ld + k] for i &lt; {@link #LANES}, k &lt; n: rows that become columns. */
  void interleave(int n, double alpha, double[] src, int so, int ld, double[] dst, int to, int step);
}
