#pragma once

#include "block.cuh"

// Units and norms of rows: what a row is multiplied by before it is squared, and what its gradient is multiplied by.

/** 2^±1000 brings the extremes 2^-1074 and 2^1024 to squares that fit, and is itself a normal number. */
constexpr int LARGEST_EXPONENT = 1000;

constexpr double LARGEST_DOUBLE = 0x1.fffffffffffffp1023;

/** 2^-e, e the exponent of the largest magnitude of a row; 1 for a row of zeros. */
__device__ inline double unit_of(u64 largestMagnitude) {
  if (largestMagnitude == 0) {
    return 1;
  }
  int e = static_cast<int>(largestMagnitude >> FRACTION_BITS) - BIAS;
  return power_of_two(-min(max(e, -LARGEST_EXPONENT), LARGEST_EXPONENT));
}

/** inverse_i := 1/√squares_i, 0 for zero rows. */
template <int threads>
__device__ inline void normalize_rows(i64 b, const double* squares, double* inverse, double& sum, double& largest) {
  for (i64 i = threadIdx.x; i < b; i += threads) {
    double r = squares[i] > 0 ? 1 / sqrt(squares[i]) : 0;
    double square = r * r * squares[i];
    inverse[i] = r;
    sum += square;
    largest = Larger{}(largest, square);
  }
}

/** The least unit of a row that is not zero becomes the unit of all, and is returned. */
template <int threads>
__device__ inline double share_unit(i64 b, double* unit, double* squares, double* inverse, double& sum, double& largest) {
  double u = infinity();
  for (i64 i = threadIdx.x; i < b; i += threads) {
    u = squares[i] > 0 ? Smaller{}(u, unit[i]) : u;
  }
  u = fold<threads>(Smaller{}, u);
  u = u < infinity() ? u : 1;
  for (i64 i = threadIdx.x; i < b; i += threads) {
    double ratio = u / unit[i];
    double square = squares[i] * ratio * ratio;  // not by ratio², which overflows where a row of zeros has a large one
    unit[i] = u;
    squares[i] = square;
    inverse[i] = 1;
    sum += square;
    largest = Larger{}(largest, square);
  }
  return u;
}

/** result := {‖Y‖_F², max_i ‖y_i‖², common unit} of the matrix Y that is packed with unit and inverse. A block of so many threads. */
template <int threads>
__device__ inline void row_units(i64 b, i64 normalize, double* unit, double* squares, double* inverse, double* result) {
  double sum = 0;
  double largest = 0;
  double u = 1;
  if (normalize) {
    normalize_rows<threads>(b, squares, inverse, sum, largest);
  } else {
    u = share_unit<threads>(b, unit, squares, inverse, sum, largest);
  }
  sum = fold<threads>(Sum{}, sum);
  largest = fold<threads>(Larger{}, largest);
  if (threadIdx.x == 0) {
    result[0] = sum;
    result[1] = largest;
    result[2] = u;
  }
}

/** inverse·unit, which is beyond the range for rows of the smallest numbers. */
__device__ inline double row_slope(double unit, double inverse) {
  double slope = inverse * unit;
  return slope > LARGEST_DOUBLE ? LARGEST_DOUBLE : slope;
}
