#include "deviations.cuh"
#include "mirror.cuh"

// The covariance penalty, Σ_{i≠j} C_ij² of the Gram matrix C of the centred columns, around the matrix products. Contract:
// covariance.md.

/** Column norms within 2^±128 go unscaled: the fourth powers of the sum are then within 2^±516, and 2^62 of them can be added. */
constexpr int UNSCALED_EXPONENT = 128;

/** 2^±1000 and its inverse are normal numbers, and the extremes 2^-1074 and 2^1039 of a standard deviation come within 2^±74. */
constexpr int LARGEST_EXPONENT = 1000;

/** Below all exponents. */
constexpr int NO_EXPONENT = -(1 << 30);

/**
 * *common := 2^-L with L = max_j ⌊log2 √squares_j⌋ − log2 scale_j, or 1 if that is small or there is no column to scale; NaN if not all
 * squares are below infinity.
 */
KERNEL(ONE_BLOCK) covariance_unit(i64 d, const double* squares, const double* scale, double* common) {
  int largest[] = {NO_EXPONENT, 0};
  for (i64 j = threadIdx.x; j < d; j += ONE_BLOCK) {
    int ofColumn = (exponent(squares[j]) >> 1) - exponent(or_one(scale, j));
    largest[0] = squares[j] > 0 ? max(largest[0], ofColumn) : largest[0];
    largest[1] |= !(squares[j] < infinity());
  }
  fold_each<ONE_BLOCK>(Larger{}, largest);
  if (threadIdx.x == 0) {
    bool unscaled = largest[0] == NO_EXPONENT || abs(largest[0]) <= UNSCALED_EXPONENT;
    double unit = unscaled ? 1 : power_of_two(-min(max(largest[0], -LARGEST_EXPONENT), LARGEST_EXPONENT));
    *common = largest[1] ? not_a_number() : unit;
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

/** c := offdiag(c) in both triangles, from the upper one; partial_{J(J+1)/2+I} := 2·Σ_{i<j} c_ij² of tile (I, J). */
KERNEL(BLOCK) off_diagonal(i64 d, double* c, i64 ldc, double* partial) {
  i64 column = blockIdx.x;
  if (column >= parts(d, TILE)) {
    return;
  }
#pragma unroll 1
  for (i64 row = blockIdx.y; row <= column; row += gridDim.y) {
    double sum = mirror_tile<false>(d, c, ldc, row * TILE, column * TILE);
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

/** out_ij := g_ij·factor/common³. */
template <typename O>
__device__ inline void covariance_gradient(
    const double* g, i64 ldg, i64 b, i64 d, double factor, const double* common, O* out, i64 outStride) {
  // Exact, as the unit is a power of two whose inverse is a normal number; one by one, as its cube may be out of range.
  double inverse = 1 / *common;
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
      const double* g, i64 ldg, i64 b, i64 d, double factor, const double* common, O* out, i64 outStride) {                \
    covariance_gradient(g, ldg, b, d, factor, common, out, outStride);                                                     \
  }

FOR_ELEMENTS(CENTRE)
FOR_ELEMENTS(COVARIANCE_GRADIENT)
