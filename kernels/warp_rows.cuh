#pragma once

#include "units.cuh"

// Rows of a small matrix, which one block has, a warp a row.

/** The largest magnitude of a row; first becomes the number of the first entry that is not finite, if that is earlier. */
template <typename E>
__device__ inline u64 survey_row(const E* row, i64 d, u64 firstIndex, u64& first) {
  u64 largest[] = {0};
  for (i64 j = lane(); j < d; j += WARP) {
    u64 m = magnitude(widen(row[j]));
    largest[0] = max(largest[0], m);
    first = m >= INFINITE ? min(first, firstIndex + j) : first;
  }
  fold_lanes<WARP>(Larger{}, largest);
  return largest[0];
}

/** Σ_j (x_j·unit)². */
template <typename E>
__device__ inline double sum_of_squares(const E* row, i64 d, double unit) {
  double sum[] = {0};
  for (i64 j = lane(); j < d; j += WARP) {
    double v = widen(row[j]) * unit;
    sum[0] += v * v;
  }
  fold_lanes<WARP>(Sum{}, sum);
  return sum[0];
}

/** unit_i := 2^-exponent(max_j |x_ij|), squares_i := Σ_j (x_ij·unit_i)²; returns the number of the first entry that is not finite, or NONE. */
template <int threads, typename E>
__device__ inline u64 scan_rows(const E* x, i64 rowStride, i64 b, i64 d, double* unit, double* squares) {
  u64 first = NONE;
  for (i64 i = warp(); i < b; i += threads / WARP) {
    const E* row = x + i * rowStride;
    double u = unit_of(survey_row(row, d, static_cast<u64>(i * d), first));
    double sum = sum_of_squares(row, d, u);
    if (lane() == 0) {
      unit[i] = u;
      squares[i] = sum;
    }
  }
  return fold<threads>(Smaller{}, first);
}
