#include "block.cuh"

// Pairs: two matrices of one shape, and sums of matrices. Contract: pairs.md.

/** A part of the distance is so many rows and columns: 32 entries of each matrix a thread, enough to hide the fold. */
constexpr int PART_ROWS = 64;
constexpr int PART_COLUMNS = 128;

/** Units in which squares overflow or underflow less easily. */
constexpr double UP = 0x1p600;
constexpr double DOWN = 0x1p-600;

/** Σ δ², Σ (δ·2^600)² and Σ (δ·2^-600)², δ = y1_ij − y2_ij, over a part that starts at row top and column left. */
__device__ inline void add_squares(
    const double* y1, i64 ld1, const double* y2, i64 ld2, i64 b, i64 d, i64 top, i64 left, double (&sums)[3]) {
  i64 bottom = min(top + PART_ROWS, b);
  i64 right = min(left + PART_COLUMNS, d);
  for (i64 i = top + warp(); i < bottom; i += BLOCK_ROWS) {
#pragma unroll 4
    for (i64 j = left + lane(); j < right; j += WARP) {
      double first = y1[i * ld1 + j];
      double second = y2[i * ld2 + j];
      double plain = first - second;
      double large = plain * UP;
      double small = first * DOWN - second * DOWN;  // where the difference itself may overflow
      sums[0] += plain * plain;
      sums[1] += large * large;
      sums[2] += small * small;
    }
  }
}

/** partial_{kP+p} := sum k of part p; parts are numbered along rows of parts, P = ⌈b/64⌉·⌈d/128⌉. */
KERNEL(BLOCK) squared_distance(
    const double* y1, i64 ld1, const double* y2, i64 ld2, i64 b, i64 d, double* partial) {
  i64 down = parts(b, PART_ROWS);
  i64 across = parts(d, PART_COLUMNS);
  i64 column = blockIdx.x;
  if (column >= across) {
    return;
  }
#pragma unroll 1
  for (i64 row = blockIdx.y; row < down; row += gridDim.y) {
    double sums[3] = {};
    add_squares(y1, ld1, y2, ld2, b, d, row * PART_ROWS, column * PART_COLUMNS, sums);
    fold_each<BLOCK>(Sum{}, sums);
    if (threadIdx.x == 0) {
      double* own = partial + row * across + column;
      own[0] = sums[0];
      own[down * across] = sums[1];
      own[2 * down * across] = sums[2];
    }
  }
}

/** pull·(first − second), also where the difference itself is beyond the range. */
__device__ inline double pulled(double pull, double first, double second) {
  double difference = first - second;
  return difference - difference == 0 ? pull * difference : 2 * pull * (first / 2 - second / 2);
}

/** acc_ij += pull·(y1_ij − y2_ij). */
KERNEL(BLOCK) add_difference(
    double* acc, i64 ld, const double* y1, i64 ld1, const double* y2, i64 ld2, i64 b, i64 d, double pull) {
  map_tiles(
      b, d,
      [=](i64 i, i64 j) { return acc[i * ld + j] + pulled(pull, y1[i * ld1 + j], y2[i * ld2 + j]); },
      [=](i64 i, i64 j, double v) { acc[i * ld + j] = v; });
}

/** acc_i += weight·x_i. */
KERNEL(BLOCK) add_scaled(double* acc, i64 n, const double* x, double weight) {
  i64 i = i64{blockIdx.x} * BLOCK + threadIdx.x;
  if (i < n) {
    acc[i] += weight * x[i];
  }
}
