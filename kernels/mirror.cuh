#pragma once

#include "block.cuh"

// A symmetric matrix of which one triangle is known.

/**
 * The upper triangle of tile (I, J), I ≤ J, to the lower triangle of tile (J, I), and zeros to the diagonal unless it is kept. Returns
 * Σ c_ij² over i < j in the tile. All threads of the block must call it.
 */
template <bool keepDiagonal>
__device__ inline double mirror_tile(i64 d, double* c, i64 ldc, i64 upper, i64 left) {
  __shared__ double tile[TILE][TILE + 1];  // one more, so that a column of it lies in different banks
  double v[TILE_ROWS];
#pragma unroll
  for (int k = 0; k < TILE_ROWS; k++) {
    i64 i = upper + warp() + k * BLOCK_ROWS;
    i64 j = left + lane();
    v[k] = i < j && j < d ? c[i * ldc + j] : 0;
  }
  double sum = 0;
#pragma unroll
  for (int k = 0; k < TILE_ROWS; k++) {
    tile[warp() + k * BLOCK_ROWS][lane()] = v[k];
    sum += v[k] * v[k];
  }
  __syncthreads();
#pragma unroll
  for (int k = 0; k < TILE_ROWS; k++) {
    i64 i = left + warp() + k * BLOCK_ROWS;
    i64 j = upper + lane();
    if ((keepDiagonal ? j < i : j <= i) && i < d) {
      c[i * ldc + j] = i == j ? 0 : tile[lane()][warp() + k * BLOCK_ROWS];
    }
  }
  return fold<BLOCK>(Sum{}, sum);
}
