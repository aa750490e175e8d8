#pragma once

#include "element.cuh"

// Blocks of threads: how entries are shared out, and how a block joins what its threads have found.
//
// A grid has a block for all columns, in x, and loops over rows, in y: there may be more of them than the 65535 blocks of y. Such
// loops carry "unroll 1", as they seldom run twice.

/** Threads of a block where there may be many blocks: eight warps. */
constexpr int BLOCK = 256;

/** Threads of a kernel that is one block. */
constexpr int ONE_BLOCK = 1024;

/** Threads of a warp; a warp has neighbouring columns of one row, so that its loads are whole sectors. */
constexpr int WARP = 32;

/** Rows that a block has at a time. */
constexpr int BLOCK_ROWS = BLOCK / WARP;

/** A tile is so many rows and columns. */
constexpr int TILE = 32;

/** Rows of a tile that one thread has. */
constexpr int TILE_ROWS = TILE / BLOCK_ROWS;

constexpr unsigned ALL_LANES = 0xffffffff;

__device__ inline int lane() {
  return threadIdx.x % WARP;
}

__device__ inline int warp() {
  return threadIdx.x / WARP;
}

/** Number of parts of a length that n elements make. */
__device__ inline i64 parts(i64 n, int length) {
  return (n + length - 1) / length;
}

struct Sum {
  template <typename V>
  __device__ V operator()(V a, V b) const {
    return a + b;
  }
};

/** The larger of two numbers, NaN if one is: max.f64 would drop it. */
struct Larger {
  template <typename V>
  __device__ V operator()(V a, V b) const {
    return a > b || a != a ? a : b;
  }
};

/** The smaller of two numbers, NaN if one is. */
struct Smaller {
  template <typename V>
  __device__ V operator()(V a, V b) const {
    return a < b || a != a ? a : b;
  }
};

/** v of the lanes l and l ^ distance joined, for distance = n/2, n/4, …, last: lanes that are joined end with the same. */
template <int n, int last = 1, typename Join, typename V, int values>
__device__ inline void fold_lanes(Join join, V (&v)[values]) {
#pragma unroll
  for (int distance = n / 2; distance >= last; distance /= 2) {
#pragma unroll
    for (int k = 0; k < values; k++) {
      v[k] = join(v[k], __shfl_xor_sync(ALL_LANES, v[k], distance));
    }
  }
}

/**
 * Each v_k of all threads of the block joined, in every thread: first the lanes of a warp, then the warps, both as a tree whose
 * shape depends on nothing but the number of threads. All threads of the block must call it.
 */
template <int threads, typename Join, typename V, int values>
__device__ inline void fold_each(Join join, V (&v)[values]) {
  constexpr int warps = threads / WARP;
  __shared__ V ofWarp[values][warps];
  fold_lanes<WARP>(join, v);
  __syncthreads();  // what the fold before left may still be read
#pragma unroll
  for (int k = 0; k < values; k++) {
    if (lane() == 0) {
      ofWarp[k][warp()] = v[k];
    }
  }
  __syncthreads();
#pragma unroll
  for (int k = 0; k < values; k++) {
    v[k] = ofWarp[k][lane() % warps];
  }
  fold_lanes<warps>(join, v);
}

/** The same for one value. */
template <int threads, typename Join, typename V>
__device__ inline V fold(Join join, V value) {
  V v[] = {value};
  fold_each<threads>(join, v);
  return v[0];
}

/**
 * use(i, load(i)) for i = first, first + step, … below end, as long as there are so many left: they are loaded before the first is
 * used, without a test before each, which would make it wait for the one before. Returns the first i that is left.
 */
template <int ahead, typename Load, typename Use>
__device__ inline i64 load_ahead(i64 first, i64 end, i64 step, Load load, Use use) {
  i64 i = first;
#pragma unroll 1
  for (; i + (ahead - 1) * step < end; i += ahead * step) {
    decltype(load(i)) v[ahead];
#pragma unroll
    for (int k = 0; k < ahead; k++) {
      v[k] = load(i + k * step);
    }
#pragma unroll
    for (int k = 0; k < ahead; k++) {
      use(i + k * step, v[k]);
    }
  }
  return i;
}

/** The same for all i, one by one where fewer are left. */
template <int ahead, typename Load, typename Use>
__device__ inline void load_all(i64 first, i64 end, i64 step, Load load, Use use) {
  i64 left = ahead > 1 ? load_ahead<ahead>(first, end, step, load, use) : first;
  load_ahead<1>(left, end, step, load, use);
}

/** store(i, j, load(i, j)) for all i < rows and j < columns, tile by tile. */
template <typename Load, typename Store>
__device__ inline void map_tiles(i64 rows, i64 columns, Load load, Store store) {
  i64 j = i64{blockIdx.x} * TILE + lane();
  if (j >= columns) {
    return;
  }
#pragma unroll 1
  for (i64 top = i64{blockIdx.y} * TILE; top < rows; top += i64{gridDim.y} * TILE) {
    load_all<TILE_ROWS>(
        top + warp(), min(top + TILE, rows), BLOCK_ROWS, [=](i64 i) { return load(i, j); },
        [=](i64 i, auto v) { store(i, j, v); });
  }
}
