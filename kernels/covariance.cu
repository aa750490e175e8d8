#include "deviations.cuh"

// The covariance penalty, Σ_{i≠j} C_ij² of the Gram matrix C of the centred columns, around the matrix products. Contract:
// covariance.md.

/** Column norms within 2^±128 go unscaled: the fourth powers of the sum are then within 2^±516, and 2^62 of them can be added. */
constexpr int UNSCALED_EXPONENT = 128;

/** 2^±1000 and its inverse are normal numbers, and the extremes 2^-1074 and 2^1039 of a standard deviation come within 2^±74. */
constexpr int LARGEST_EXPONENT = 1000;

/** Below all exponents. */
constexpr int NO_EXPONENT = -(1 << 30);

/** *common := 2^-L with L = max_j ⌊log2 √squares_j⌋ − log2 scale_j, or 1 if that is small or there is no column to scale. */
KERNEL(ONE_BLOCK) covariance_unit(i64 d, const double* squares, const double* scale, double* common) {
  int largest = NO_EXPONENT;
  for (i64 j = threadIdx.x; j < d; j += ONE_BLOCK) {
    int ofColumn = (exponent(squares[j]) >> 1) - exponent(or_one(scale, j));
    largest = squares[j] > 0 ? max(largest, ofColumn) : largest;
  }
  largest = fold<ONE_BLOCK>(Larger{}, largest);
  if (threadIdx.x == 0) {
    bool unscaled = largest == NO_EXPONENT || abs(largest) <= UNSCALED_EXPONENT;
    *common = unscaled ? 1 : power_of_two(-min(max(largest, -LARGEST_EXPONENT), LARGEST_EXPONENT));
  }
}

/** y_ij := ((x_ij·scale_j − origin_j) − delta_j)·(common/scale_j). */
template <typename E>
__device__ inline void centre(
    const E* x, i64 rowStride, i64 b, i64 d, const double* origin, const double* delta, const double* scale,
    const double* common, double* y, i64 ld) {
  double unit = or_one(common, 0);
  auto factor = [=](i64 j) { return unit / or_one(scale, j); };
  deviations(x, rowStride, b, d, origin, delta, scale, factor, y, ld);
}

/**
 * The upper triangle of tile (I, J), I ≤ J, to the lower triangle of tile (J, I), and zeros to the diagonal. Returns Σ c_ij² over
 * i < j in the tile. All threads of the block must call it.
 */
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
    if (j <= i && i < d) {
      c[i * ldc + j] = i == j ? 0 : tile[lane()][warp() + k * BLOCK_ROWS];
    }
  }
  return fold<BLOCK>(Sum{}, sum);
}

/** c := offdiag(c) in both triangles, from the upper one; partial_{J(J+1)/2+I} := 2·Σ_{i<j} c_ij² of tile (I, J). */
KERNEL(BLOCK) off_diagonal(i64 d, double* c, i64 ldc, double* partial) {
  i64 column = blockIdx.x;
  if (column >= parts(d, TILE)) {
    return;
  }
#pragma unroll 1
  for (i64 row = blockIdx.y; row <= column; row += gridDim.y) {
    double sum = mirror_tile(d, c, ldc, row * TILE, column * TILE);
    if (threadIdx.x == 0) {
      partial[column * (column + 1) / 2 + row] = 2 * sum;
    }
  }
}

/** *out := Σ_i x_i. */
KERNEL(ONE_BLOCK) sum(i64 n, const double* x, double* out) {
  double total = 0;
#pragma unroll 4
  for (i64 i = threadIdx.x; i < n; i += ONE_BLOCK) {
    total += x[i];
  }
  total = fold<ONE_BLOCK>(Sum{}, total);
  if (threadIdx.x == 0) {
    *out = total;
  }
}

/** Whether all numbers are below infinity. All threads of the block must call it. */
__device__ inline bool all_finite(i64 n, const double* x) {
  int bad = 0;
#pragma unroll 4
  for (i64 i = threadIdx.x; i < n; i += BLOCK) {
    bad |= !(x[i] < infinity());
  }
  return fold<BLOCK>(Larger{}, bad) == 0;
}

/** out_ij := g_ij·factor/common³, NaN everywhere if not all squares are finite. */
template <typename O>
__device__ inline void covariance_gradient(
    const double* g, i64 ldg, i64 b, i64 d, double factor, const double* common, const double* squares, O* out,
    i64 outStride) {
  // Exact, as the unit is a power of two whose inverse is a normal number; one by one, as its cube may be out of range.
  double inverse = all_finite(d, squares) ? 1 / *common : not_a_number();
  map_tiles(
      b, d,
      [=](i64 i, i64 j) { return g[i * ldg + j] * factor * inverse * inverse * inverse; },
      [=](i64 i, i64 j, double v) { out[i * outStride + j] = narrow<O>(v); });
}

#define CENTRE(e, E)                                                                                                       \
  KERNEL(BLOCK) centre_##e(                                                                                                \
      const E* x, i64 rowStride, i64 b, i64 d, const double* origin, const double* delta, const double* scale,             \
      const double* common, double* y, i64 ld) {                                                                           \
    centre(x, rowStride, b, d, origin, delta, scale, common, y, ld);                                                       \
  }

#define COVARIANCE_GRADIENT(o, O)                                                                                          \
  KERNEL(BLOCK) covariance_gradient_##o(                                                                                   \
      const double* g, i64 ldg, i64 b, i64 d, double factor, const double* common, const double* squares, O* out,          \
      i64 outStride) {                                                                                                     \
    covariance_gradient(g, ldg, b, d, factor, common, squares, out, outStride);                                            \
  }

FOR_ELEMENTS(CENTRE)
FOR_ELEMENTS(COVARIANCE_GRADIENT)
