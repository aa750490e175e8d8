#include "warp_rows.cuh"

// What row_scan, row_units and pack do for any matrix, for a small one in one launch. Contract: small_rows.md.

/** Units, squares and inverses of the rows, and Y; zeros everywhere if an entry is not finite. */
template <typename E>
__device__ inline void small_rows(
    const E* x, i64 rowStride, i64 b, i64 d, i64 normalize, double* unit, double* squares, double* inverse, u64* firstNonFinite,
    double* result, double* y) {
  u64 first = scan_rows<ONE_BLOCK>(x, rowStride, b, d, unit, squares);
  row_units<ONE_BLOCK>(b, normalize, unit, squares, inverse, result);
  if (threadIdx.x == 0) {
    *firstNonFinite = first;
  }
#pragma unroll 1
  for (i64 i = warp(); i < b; i += ONE_BLOCK / WARP) {
    double u = unit[i];
    double r = inverse[i];
#pragma unroll 4
    for (i64 j = lane(); j < d; j += WARP) {
      y[i * d + j] = first == NONE ? widen(x[i * rowStride + j]) * u * r : 0;
    }
  }
}

#define SMALL_ROWS(e, E)                                                                                                   \
  KERNEL(ONE_BLOCK) small_rows_##e(                                                                                        \
      const E* x, i64 rowStride, i64 b, i64 d, i64 normalize, double* unit, double* squares, double* inverse,              \
      u64* firstNonFinite, double* result, double* y) {                                                                    \
    small_rows(x, rowStride, b, d, normalize, unit, squares, inverse, firstNonFinite, result, y);                          \
  }

FOR_ELEMENTS(SMALL_ROWS)
