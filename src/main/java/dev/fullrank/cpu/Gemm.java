package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * C += A·B for packed A and B: the three inner loops around the register tile. The two outer loops, over blocks of C, are the
 * tasks of whoever calls (Van Zee and van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS Functionality", ACM
 * TOMS 41, 2015, numbers the loops from 5 outside to 1 inside).
 *
 * <p>Say first which lanes of A and B and which depths, then where to add. One participant's own.
 */
final class Gemm {
  /** Which tiles of C a product needs. */
  enum Region {
    /** All. */
    FULL,
    /** C is symmetric: tiles, and rows of tiles, that lie below the diagonal are left out. */
    UPPER
  }

  private final Tiles tiles;
  private final int kc;
  private final int mr;
  private final int nr;

  /** One tile, for those that reach over the edge of C. */
  private final double[] edge;

  /** What the sums of one row of a tile start from, if not from C. */
  private final double[] zeros;

  private PackedMatrix a;
  private int row;
  private int rows;
  private PackedMatrix b;
  private int column;
  private int columns;
  private int from;
  private int to;

  Gemm(Tiles tiles, int kc) {
    this.tiles = tiles;
    this.kc = kc;
    this.mr = tiles.tileRows();
    this.nr = tiles.tileColumns();
    this.edge = new double[mr * nr];
    this.zeros = new double[nr];
    this.a = new PackedMatrix(tiles);
    this.b = new PackedMatrix(tiles);
  }

  /** Rows of C: {@code rows} lanes of A from {@code row}, a multiple of MR; full speed is for multiples of {@link Tiles#LANES}. */
  Gemm left(PackedMatrix a, int row, int rows) {
    this.a = a;
    this.row = row;
    this.rows = rows;
    return this;
  }

  /** Columns of C: {@code columns} lanes of B from {@code column}, a multiple of NR. */
  Gemm right(PackedMatrix b, int column, int columns) {
    this.b = b;
    this.column = column;
    this.columns = columns;
    return this;
  }

  /** The sum: depths {@code from}, even, to {@code to}, exclusive. */
  Gemm depths(int from, int to) {
    this.from = from;
    this.to = to;
    return this;
  }

  /** Adds the product to c[co + i·ldc + j], i &lt; rows and j &lt; columns. */
  void addTo(double[] c, int co, int ldc, Region region) {
    multiply(c, co, ldc, region, true);
  }

  /** Writes the product to c[co + i·ldc + j], i &lt; rows and j &lt; columns, which is not read. */
  void storeTo(double[] c, int co, int ldc, Region region) {
    multiply(c, co, ldc, region, false);
  }

  private void multiply(double[] c, int co, int ldc, Region region, boolean add) {
    // LOOP 4, sequential because it is the order of the sum: passes of depth kc
    for (int k = from; k < to; k += kc) {
      int end = Math.min(k + kc, to);
      // LOOP 2: a panel of B, kc × NR, stays in the L1 cache
      for (int j = 0; j < columns; j += nr) {
        // LOOP 1: panels of A, kc × MR each, come from the L2 cache
        for (int i = 0; i < rows; i += mr) {
          int useful = region == Region.FULL ? mr : column + j + nr - row - i; // rows that reach above the diagonal
          if (useful <= 0) {
            break;
          }
          int height = Math.min(Math.min(rows - i, mr), useful);
          tile(i, height, j, k, Blocking.roundUp(end - k, 2), c, co + i * ldc + j, ldc, add || from < k);
        }
      }
    }
  }

  private void tile(int i, int height, int j, int k, int depth, double[] c, int co, int ldc, boolean add) {
    int ao = a.offset(row + i, k);
    int bo = b.offset(column + j, k);
    int width = Math.min(columns - j, nr);
    if (width == nr && height % Tiles.LANES == 0) {
      double[] start = add ? c : zeros;
      int lds = add ? ldc : 0;
      if (height == mr) {
        tiles.tile(depth, a.values(), ao, b.values(), bo, start, add ? co : 0, lds, c, co, ldc);
        return;
      }
      for (int y = 0; y < height; y += Tiles.LANES) {
        int to = co + y * ldc;
        tiles.fewRows(depth, a.values(), ao + y, b.values(), bo, start, add ? to : 0, lds, c, to, ldc);
      }
      return;
    }
    for (int y = 0; y < height && add; y++) {
      System.arraycopy(c, co + y * ldc, edge, y * nr, width);
    }
    tiles.tile(depth, a.values(), ao, b.values(), bo, add ? edge : zeros, 0, add ? nr : 0, edge, 0, nr);
    for (int y = 0; y < height; y++) {
      System.arraycopy(edge, y * nr, c, co + y * ldc, width);
    }
  }
}
