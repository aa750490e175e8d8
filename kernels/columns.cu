#include "block.cuh"
#include "quad.cuh"

// Columns: mean and sum of squared deviations of each, and the first entry that is not finite. Contract: columns.md.

/** A block has so many threads side by side, with a quad of columns each, and so many below each other. */
constexpr int ACROSS = 8;
constexpr int DOWN = BLOCK / ACROSS;

/** Columns of a block: 128 bytes of a row of floats, a whole line of the cache. */
constexpr int COLUMNS = ACROSS * QUAD;

/** Chunks that a thread loads before it joins the first. */
constexpr int CHUNKS_AHEAD = 4;

/** Squares of deviations that overflow are taken of the column times 2^-600, those that underflow of the column times 2^600. */
constexpr int RESCUE_EXPONENT = 600;

/** Below this some squares may have been subnormal; 2^31 of them are then off by less than 2^-84 of the sum. */
constexpr double LEAST_SAFE_SQUARES = 0x1p-960;

/**
 * A column with an entry of this size and squares below the limit is constant, as neighbouring numbers are 2^-453 apart: nothing
 * to rescue, and times 2^600 it might overflow.
 */
constexpr double LARGEST_SMALL_ORIGIN = 0x1p-400;

/** Σ_i (v_ij − shift_j) and Σ_i (v_ij − shift_j)² over some rows, v_ij = x_ij·scale_j. */
struct Sums {
  double ofValues;
  double ofSquares;
};

/** The sums of a thread's four columns. */
struct QuadOfSums {
  double scale[QUAD];
  double shift[QUAD];
  double ofValues[QUAD];
  double ofSquares[QUAD];

  /** The columns of quad n, with shifts from the given row. */
  template <typename E>
  __device__ QuadOfSums(const E* row, const double* scales, i64 n, i64 d) {
    Quad<E> first = load_elements(row, n, d);
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
      scale[k] = or_one(scales, min(n * QUAD + k, d - 1));
      shift[k] = widen(first.v[k]) * scale[k];
      ofValues[k] = 0;
      ofSquares[k] = 0;
    }
  }

  template <typename E>
  __device__ void add(const Quad<E>& x) {
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
      double deviation = widen(x.v[k]) * scale[k] - shift[k];
      ofValues[k] += deviation;
      ofSquares[k] += deviation * deviation;
    }
  }
};

/** The lanes of a warp that have the same columns are added, then the warps in their order; lane l of each warp ends with column l. */
__device__ inline Sums sums_of_block(QuadOfSums& own) {
  __shared__ Sums ofWarp[BLOCK_ROWS][COLUMNS];
  fold_lanes<WARP, ACROSS>(Sum{}, own.ofValues);
  fold_lanes<WARP, ACROSS>(Sum{}, own.ofSquares);
  __syncthreads();  // what was left before may still be read
  if (lane() < ACROSS) {
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
      ofWarp[warp()][lane() * QUAD + k] = {own.ofValues[k], own.ofSquares[k]};
    }
  }
  __syncthreads();
  Sums sums = ofWarp[0][lane()];
#pragma unroll
  for (int k = 1; k < BLOCK_ROWS; k++) {
    sums.ofValues += ofWarp[k][lane()].ofValues;
    sums.ofSquares += ofWarp[k][lane()].ofSquares;
  }
  return sums;
}

/** The sums of rows first to end, in columns left and following; lane l has column left + l. */
template <typename E>
__device__ inline Sums sums_of_chunk(
    const E* x, i64 rowStride, i64 d, i64 first, i64 end, i64 left, const double* scale) {
  i64 n = left / QUAD + threadIdx.x % ACROSS;
  QuadOfSums sums(x + first * rowStride, scale, n, d);
  auto add = [&](i64, const Quad<E>& q) { sums.add(q); };
  i64 row = first + threadIdx.x / ACROSS;
  if (aligned(x, rowStride) && (n + 1) * QUAD <= d) {
    load_all<QUADS_AHEAD<E>>(row, end, DOWN, [=](i64 i) { return load_quad(x + i * rowStride, n); }, add);
  } else {
    load_all<1>(row, end, DOWN, [=](i64 i) { return load_elements(x + i * rowStride, n, d); }, add);
  }
  return sums_of_block(sums);
}

/**
 * For the n rows of chunk c from row f on, with v_ij = x_ij·scale_j, shift_j = v_fj and origin_j = v_0j,
 *
 *   chunkDelta_cj   := (shift_j − origin_j) + Σ_i (v_ij − shift_j)/n
 *   chunkSquares_cj := max(0, Σ_i (v_ij − shift_j)² − (Σ_i (v_ij − shift_j))²/n)
 */
template <typename E>
__device__ inline void column_moments(
    const E* x, i64 rowStride, i64 b, i64 d, i64 chunkRows, const double* scale, const double* pending, double* origin,
    double* chunkDelta, double* chunkSquares) {
  if (pending != nullptr && *pending == 0) {
    return;
  }
  i64 left = i64{blockIdx.x} * COLUMNS;
  i64 j = left + lane();
  if (left >= d) {
    return;
  }
#pragma unroll 1
  for (i64 chunk = blockIdx.y; chunk * chunkRows < b; chunk += gridDim.y) {
    i64 first = chunk * chunkRows;
    i64 end = min(first + chunkRows, b);
    Sums sums = sums_of_chunk(x, rowStride, d, first, end, left, scale);
    if (warp() == 0 && j < d) {
      double start = widen(x[j]) * or_one(scale, j);
      double shift = widen(x[first * rowStride + j]) * or_one(scale, j);
      double mean = sums.ofValues / (end - first);
      double squares = sums.ofSquares - sums.ofValues * mean;
      chunkDelta[chunk * d + j] = (shift - start) + mean;
      chunkSquares[chunk * d + j] = squares < 0 ? 0 : squares;
      if (chunk == 0) {
        origin[j] = start;
      }
    }
  }
}

/** n/(N + n) for the n rows of a chunk after N others. */
__device__ inline double weight_of(i64 chunk, i64 chunkRows, i64 b) {
  i64 before = chunk * chunkRows;
  double rows = min(chunkRows, b - before);
  return rows / (before + rows);
}

/**
 * The chunks of a column, n_c rows in each, joined in their order (Chan, Golub and LeVeque, 1979): with N rows so far,
 *
 *   step := chunkDelta_cj − delta_j
 *   delta_j += step·n_c/(N + n_c)
 *   squares_j += chunkSquares_cj + step²·N·n_c/(N + n_c)
 *
 * The quotients are the same for all columns: each thread takes one of 256, for all to use.
 */
KERNEL(BLOCK) column_merge(
    i64 b, i64 d, i64 chunkRows, const double* chunkDelta, const double* chunkSquares, const double* pending, double* delta,
    double* squares) {
  if (pending != nullptr && *pending == 0) {
    return;
  }
  __shared__ double weight[BLOCK];
  i64 j = i64{blockIdx.x} * BLOCK + threadIdx.x;
  i64 column = min(j, d - 1);  // threads beyond the last column only help with the weights
  i64 chunks = (b + chunkRows - 1) / chunkRows;
  double mean = chunkDelta[column];
  double sum = chunkSquares[column];
#pragma unroll 1
  for (i64 from = 1; from < chunks; from += BLOCK) {
    __syncthreads();
    weight[threadIdx.x] = weight_of(from + threadIdx.x, chunkRows, b);
    __syncthreads();
    load_all<CHUNKS_AHEAD>(
        from, min(from + BLOCK, chunks), 1,
        [=](i64 c) { return Sums{chunkDelta[c * d + column], chunkSquares[c * d + column]}; },
        [&](i64 c, Sums chunk) {
          double w = weight[c - from];
          double step = chunk.ofValues - mean;
          mean += step * w;
          sum += chunk.ofSquares + step * step * (static_cast<double>(c * chunkRows) * w);
        });
  }
  if (j < d) {
    delta[j] = mean;
    squares[j] = sum;
  }
}

/** scale_j := 2^∓600 for columns whose squares overflowed or may have underflowed, else 1; *pending := whether there are any. */
KERNEL(ONE_BLOCK) column_rescue(i64 d, const double* origin, const double* squares, double* scale, double* pending) {
  double any = 0;
  for (i64 j = threadIdx.x; j < d; j += ONE_BLOCK) {
    bool tooLarge = !(squares[j] < infinity());
    bool tooSmall = squares[j] < LEAST_SAFE_SQUARES && fabs(origin[j]) < LARGEST_SMALL_ORIGIN;
    scale[j] = power_of_two(tooLarge ? -RESCUE_EXPONENT : tooSmall ? RESCUE_EXPONENT : 0);
    any = tooLarge || tooSmall ? 1 : any;
  }
  any = fold<ONE_BLOCK>(Larger{}, any);
  if (threadIdx.x == 0) {
    *pending = any;
  }
}

/** first := min(first, i·d + j) over the entries x_ij that are not finite. */
template <typename E>
__device__ inline void first_nonfinite(const E* x, i64 rowStride, i64 b, i64 d, u64* first) {
#pragma unroll 1
  for (i64 i = blockIdx.x; i < b; i += gridDim.x) {
    u64 index = NONE;
#pragma unroll 4
    for (i64 j = threadIdx.x; j < d; j += BLOCK) {
      bool bad = magnitude(widen(x[i * rowStride + j])) >= INFINITE;
      index = bad ? min(index, static_cast<u64>(i * d + j)) : index;
    }
    if (index != NONE) {
      atomicMin(first, index);
    }
  }
}

#define COLUMN_MOMENTS(e, E)                                                                                               \
  KERNEL(BLOCK) column_moments_##e(                                                                                        \
      const E* x, i64 rowStride, i64 b, i64 d, i64 chunkRows, const double* scale, const double* pending, double* origin,  \
      double* chunkDelta, double* chunkSquares) {                                                                          \
    column_moments(x, rowStride, b, d, chunkRows, scale, pending, origin, chunkDelta, chunkSquares);                       \
  }

#define FIRST_NONFINITE(e, E)                                                                                              \
  KERNEL(BLOCK) first_nonfinite_##e(const E* x, i64 rowStride, i64 b, i64 d, u64* first) {                                 \
    first_nonfinite(x, rowStride, b, d, first);                                                                            \
  }

FOR_ELEMENTS(COLUMN_MOMENTS)
FOR_ELEMENTS(FIRST_NONFINITE)
