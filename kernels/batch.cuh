#pragma once

#include "block.cuh"

// Many matrices in one launch, a block for each. What the host says of a matrix, what it is told of it, and the matrices in the memory
// that a block shares.

/**
 * What a block is told of a matrix: ten words. With k = min(b, d) and n = max(b, d), Y and P lie as n rows of k: as they are if b > d,
 * else transposed.
 */
struct Batched {
  u64 x;
  i64 rowStride;
  i64 b;
  i64 d;
  double* y;     // n×k
  double* p;     // n×k
  double* v;     // k×k, column by column
  double* rows;  // b units, b sums of squares, b inverse norms
  u64 out;
  i64 outStride;

  __device__ bool wide() const {
    return b <= d;
  }

  __device__ int k() const {
    return static_cast<int>(wide() ? b : d);
  }

  __device__ int n() const {
    return static_cast<int>(wide() ? d : b);
  }
};

/** What the host is told of a matrix: ten words. */
struct BatchReport {
  double rows[3];  // ‖Y‖_F², the largest squared norm of a row of Y, and the unit u of Y = u·X where rows are not normalised
  u64 firstNonFinite;
  double sum;            // Σσ
  double count;          // how many σ count
  double largest;        // σ₁
  double vResidual;      // ‖VᵀV − I‖_F² of the columns that count
  double bResidual;      // ‖BᵀB − I‖_F² of the columns that count
  double yResidual;      // ‖Y − B·Σ·Vᵀ‖_F²
};

/** use(matrices[i], i) for the numbers i of a list that are this block's. */
template <typename Use>
__device__ inline void each_matrix(const Batched* matrices, const i64* numbers, i64 count, Use use) {
#pragma unroll 1
  for (i64 at = blockIdx.x; at < count; at += gridDim.x) {
    __syncthreads();  // what the matrix before left in shared memory may still be read
    i64 number = numbers[at];
    use(matrices[number], number);
  }
}
