#pragma once

#include "batch.cuh"

// A square of k×k and a slab of rows in the shared memory of a block, and Gram matrices in the square.

/** The most columns k of a matrix. */
constexpr int MOST_COLUMNS = 128;

/** Rows that a block has in shared memory at a time. */
constexpr int SLAB = 16;

constexpr double EPSILON = 0x1p-52;

/** First a square of k×k, then a slab of SLAB×k. */
extern __shared__ double square[];

/** slab := count rows of k of a matrix, each entry as value(entry, column) has it. */
template <typename Value>
__device__ inline void load_slab(double* slab, const double* rows, int count, unsigned k, Value value) {
  __syncthreads();  // the slab before may still be read
  for (unsigned e = threadIdx.x; e < count * k; e += BLOCK) {
    slab[e] = value(rows[e], e % k);
  }
  __syncthreads();
}

struct AsItIs {
  __device__ double operator()(double v, unsigned) const {
    return v;
  }
};

/** square := AᵀA for n rows of k: slab by slab, each entry below the diagonal and on it by one thread. */
__device__ inline void gram(const double* a, int n, int k) {
  double* slab = square + k * k;
  for (int e = threadIdx.x; e < k * k; e += BLOCK) {
    square[e] = 0;
  }
#pragma unroll 1
  for (int top = 0; top < n; top += SLAB) {
    int count = min(SLAB, n - top);
    load_slab(slab, a + i64{top} * k, count, k, AsItIs{});
    for (int j = warp(); j < k; j += BLOCK_ROWS) {
      for (int i = j + lane(); i < k; i += WARP) {
        double sum = 0;
        for (int l = 0; l < count; l++) {
          sum += slab[l * k + i] * slab[l * k + j];
        }
        square[j * k + i] += sum;
      }
    }
  }
  __syncthreads();
  for (int j = warp(); j < k; j += BLOCK_ROWS) {
    for (int i = j + 1 + lane(); i < k; i += WARP) {
      square[i * k + j] = square[j * k + i];
    }
  }
  __syncthreads();
}
