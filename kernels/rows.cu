#include "units.cuh"

// Rows: scaling and normalisation of the input, packing into the type that is computed in, and the gradient with respect to rows.
// Contract: rows.md.

/** Entries of a row that a thread loads before it writes the first. */
constexpr int AHEAD = 4;

/** The largest magnitude of a row. Reports the first entry that is not finite. */
template <typename E>
__device__ inline u64 survey_row(const E* row, i64 d, u64 firstIndex, u64* firstNonFinite) {
  u64 largest = 0;
  u64 first = NONE;
#pragma unroll 4
  for (i64 j = threadIdx.x; j < d; j += BLOCK) {
    u64 m = magnitude(widen(row[j]));
    largest = max(largest, m);
    first = m >= INFINITE ? min(first, firstIndex + j) : first;
  }
  if (first != NONE) {
    atomicMin(firstNonFinite, first);
  }
  return fold<BLOCK>(Larger{}, largest);
}

/** Σ_j (x_j·unit)². */
template <typename E>
__device__ inline double sum_of_squares(const E* row, i64 d, double unit) {
  double sum = 0;
#pragma unroll 4
  for (i64 j = threadIdx.x; j < d; j += BLOCK) {
    double v = widen(row[j]) * unit;
    sum += v * v;
  }
  return fold<BLOCK>(Sum{}, sum);
}

/** unit_i := 2^-exponent(max_j |x_ij|), squares_i := Σ_j (x_ij·unit_i)². */
template <typename E>
__device__ inline void row_scan(
    const E* x, i64 rowStride, i64 b, i64 d, double* unit, double* squares, u64* firstNonFinite) {
#pragma unroll 1
  for (i64 i = blockIdx.x; i < b; i += gridDim.x) {
    const E* row = x + i * rowStride;
    double u = unit_of(survey_row(row, d, static_cast<u64>(i * d), firstNonFinite));
    double sum = sum_of_squares(row, d, u);
    if (threadIdx.x == 0) {
      unit[i] = u;
      squares[i] = sum;
    }
  }
}

/** result := {‖Y‖_F², max_i ‖y_i‖², common unit} of the matrix Y that is packed with unit and inverse. */
KERNEL(ONE_BLOCK) row_units(i64 b, i64 normalize, double* unit, double* squares, double* inverse, double* result) {
  row_units<ONE_BLOCK>(b, normalize, unit, squares, inverse, result);
}

/** y_ij := (x_ij·unit_i)·inverse_i; zeros everywhere if an entry was found that is not finite, as a decomposition must not see it. */
template <typename E, typename T>
__device__ inline void pack(
    const E* x, i64 rowStride, i64 b, i64 d, const double* unit, const double* inverse, T* y, i64 ld,
    const u64* firstNonFinite) {
  bool finite = firstNonFinite == nullptr || *firstNonFinite == NONE;
  map_tiles(
      b, d,
      [=](i64 i, i64 j) { return finite ? widen(x[i * rowStride + j]) * or_one(unit, i) * or_one(inverse, i) : 0; },
      [=](i64 i, i64 j, double v) { y[i * ld + j] = narrow<T>(v); });
}

/** out_ji := a_ij: a tile is read along its rows, waits in shared memory, and is written along its columns. */
template <typename T>
__device__ inline void transpose(const T* a, i64 lda, i64 rows, i64 columns, T* out, i64 ldo) {
  __shared__ T tile[TILE][TILE + 1];  // one more, so that a column of it lies in different banks
  i64 left = i64{blockIdx.x} * TILE;
  if (left >= columns) {
    return;
  }
#pragma unroll 1
  for (i64 top = i64{blockIdx.y} * TILE; top < rows; top += i64{gridDim.y} * TILE) {
    T v[TILE_ROWS];
#pragma unroll
    for (int k = 0; k < TILE_ROWS; k++) {
      i64 i = min(top + warp() + k * BLOCK_ROWS, rows - 1);  // what lies beyond the edge is not written below
      v[k] = a[i * lda + min(left + lane(), columns - 1)];
    }
#pragma unroll
    for (int k = 0; k < TILE_ROWS; k++) {
      tile[warp() + k * BLOCK_ROWS][lane()] = v[k];
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < TILE_ROWS; k++) {
      i64 i = top + lane();
      i64 j = left + warp() + k * BLOCK_ROWS;
      if (i < rows && j < columns) {
        out[j * ldo + i] = tile[lane()][warp() + k * BLOCK_ROWS];
      }
    }
    __syncthreads();
  }
}

/** ⟨p, y⟩. */
template <typename T>
__device__ inline double dot(const T* p, const T* y, i64 d) {
  double sum = 0;
#pragma unroll 4
  for (i64 j = threadIdx.x; j < d; j += BLOCK) {
    sum += widen(p[j]) * widen(y[j]);
  }
  return fold<BLOCK>(Sum{}, sum);
}

/** out_ij := f_i·(p_ij − t_i·y_ij) with t_i = ⟨p_i, y_i⟩ and f_i = factor·inverse_i·unit_i, or f_i·p_ij with f_i = factor. */
template <typename T, typename O>
__device__ inline void row_gradient(
    const T* p, i64 ldp, const T* y, i64 ldy, i64 b, i64 d, i64 project, double factor, const double* unit,
    const double* inverse, const u64* firstNonFinite, O* out, i64 outStride) {
  bool finite = firstNonFinite == nullptr || *firstNonFinite == NONE;
#pragma unroll 1
  for (i64 i = blockIdx.x; i < b; i += gridDim.x) {
    const T* pi = p + i * ldp;
    const T* yi = y + i * ldy;
    O* to = out + i * outStride;
    double t = project ? dot(pi, yi, d) : 0;
    double f = finite ? factor * (project ? row_slope(unit[i], inverse[i]) : 1) : not_a_number();
    load_all<AHEAD>(
        threadIdx.x, d, BLOCK,
        [=](i64 j) { return widen(pi[j]) - (project ? t * widen(yi[j]) : 0); },
        [=](i64 j, double tangent) { to[j] = narrow<O>(f * tangent); });
  }
}

#define ROW_SCAN(e, E)                                                                                                     \
  KERNEL(BLOCK) row_scan_##e(                                                                                              \
      const E* x, i64 rowStride, i64 b, i64 d, double* unit, double* squares, u64* firstNonFinite) {                       \
    row_scan(x, rowStride, b, d, unit, squares, firstNonFinite);                                                           \
  }

#define PACK_TO(e, E, t, T)                                                                                                \
  KERNEL(BLOCK) pack_##e##_##t(                                                                                            \
      const E* x, i64 rowStride, i64 b, i64 d, const double* unit, const double* inverse, T* y, i64 ld,                    \
      const u64* firstNonFinite) {                                                                                         \
    pack(x, rowStride, b, d, unit, inverse, y, ld, firstNonFinite);                                                        \
  }

#define PACK(e, E) PACK_TO(e, E, f64, double) PACK_TO(e, E, f32, float)

#define TRANSPOSE(t, T)                                                                                                    \
  KERNEL(BLOCK) transpose_##t(const T* a, i64 lda, i64 rows, i64 columns, T* out, i64 ldo) {                               \
    transpose(a, lda, rows, columns, out, ldo);                                                                            \
  }

#define ROW_GRADIENT_TO(o, O, t, T)                                                                                        \
  KERNEL(BLOCK) row_gradient_##t##_##o(                                                                                    \
      const T* p, i64 ldp, const T* y, i64 ldy, i64 b, i64 d, i64 project, double factor, const double* unit,              \
      const double* inverse, const u64* firstNonFinite, O* out, i64 outStride) {                                           \
    row_gradient(p, ldp, y, ldy, b, d, project, factor, unit, inverse, firstNonFinite, out, outStride);                    \
  }

#define ROW_GRADIENT(o, O) ROW_GRADIENT_TO(o, O, f64, double) ROW_GRADIENT_TO(o, O, f32, float)

FOR_ELEMENTS(ROW_SCAN)
FOR_ELEMENTS(PACK)
FOR_COMPUTED(TRANSPOSE)
FOR_ELEMENTS(ROW_GRADIENT)
