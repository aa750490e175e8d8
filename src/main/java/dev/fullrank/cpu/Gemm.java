package dev.fullrank.cpu;

import java.util.Arrays;

/**
 * C += A·B for packed A and B: the three inner loops around the register tile. The two outer loops, over blocks of C, are the tasks
 * of whoever calls (Van Zee and van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS Functionality", ACM TOMS 41,
 * 2015, numbers the loops from 5 outside to 1 inside).
 */
final class Gemm {
  /** Which tiles of C, and which part of the sum of each, a product needs. */
  enum Region {
    /** All. */
    FULL,
    /** C is symmetric: tiles that lie below the diagonal are left out. */
    UPPER,
    /** C = U·Uᵀ with upper triangular U: as UPPER, and sums begin where both rows of U do. */
    UPPER_OF_TRIANGULAR
  }

  private final Kernels kernels;
  private final int kc;

  Gemm(Kernels kernels, int kc) {
    this.kernels = kernels;
    this.kc = kc;
  }

  /**
   * C += A·B on the block of C that begins at (row, column) and lies at {@code c[co]}.
   *
   * @param row first lane of A, a multiple of MR
   * @param rows lanes of A; a tile that reaches over them is computed in {@code edge}
   * @param column first lane of B, a multiple of NR
   * @param columns lanes of B
   * @param from first depth, even
   * @param to last depth, exclusive
   * @param edge room for one tile
   */
  void add(
      PackedMatrix a,
      int row,
      int rows,
      PackedMatrix b,
      int column,
      int columns,
      int from,
      int to,
      Region region,
      double[] c,
      int co,
      int ldc,
      double[] edge) {
    // LOOP 4, sequential: passes of depth kc; the order of the sum
    for (int k = from; k < to; k += kc) {
      int end = Math.min(k + kc, to);
      // LOOP 2: a panel of B, kc × NR, stays in the L1 cache
      for (int j = 0; j < columns; j += kernels.tileColumns()) {
        // LOOP 1: panels of A, kc × MR each, come from the L2 cache
        for (int i = 0; i < rows; i += kernels.tileRows()) {
          int start = k;
          if (region != Region.FULL) {
            if (column + j + kernels.tileColumns() <= row + i) {
              break;
            }
            if (region == Region.UPPER_OF_TRIANGULAR) {
              start = Math.max(k, Math.max(row + i, column + j) & ~1);
            }
          }
          if (start < end) {
            tile(a, row + i, b, column + j, start, end - start, rows - i, columns - j, c, co + i * ldc + j, ldc, edge);
          }
        }
      }
    }
  }

  private void tile(
      PackedMatrix a,
      int row,
      PackedMatrix b,
      int column,
      int k,
      int depth,
      int rows,
      int columns,
      double[] c,
      int co,
      int ldc,
      double[] edge) {
    int even = Blocking.roundUp(depth, 2);
    int width = kernels.tileColumns();
    if (rows >= kernels.tileRows() && columns >= width) {
      kernels.tile(even, a.values(), a.offset(row, k), b.values(), b.offset(column, k), c, co, ldc);
      return;
    }
    Arrays.fill(edge, 0);
    kernels.tile(even, a.values(), a.offset(row, k), b.values(), b.offset(column, k), edge, 0, width);
    for (int i = 0; i < Math.min(rows, kernels.tileRows()); i++) {
      for (int j = 0; j < Math.min(columns, width); j++) {
        c[co + i * ldc + j] += edge[i * width + j];
      }
    }
  }
}
