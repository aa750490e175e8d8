#include "block.cuh"

// What is made of singular values, and how the factors that belong to them are checked. Matrices are column-major. Contract:
// certificate.md.

/** out_c := Σ_i (a_ic − w_ic)². */
template <typename T>
__device__ inline void residual_norms(const T* a, i64 lda, const T* w, i64 ldw, i64 n, i64 count, double* out) {
#pragma unroll 1
  for (i64 c = blockIdx.x; c < count; c += gridDim.x) {
    double sum = 0;
#pragma unroll 4
    for (i64 i = threadIdx.x; i < n; i += BLOCK) {
      double residual = widen(a[c * lda + i]) - widen(w[c * ldw + i]);
      sum += residual * residual;
    }
    sum = fold<BLOCK>(Sum{}, sum);
    if (threadIdx.x == 0) {
      out[c] = sum;
    }
  }
}

/**
 * weight_j := 1 if complete or σ_j > threshold·σ_1, else 0; result := {Σ σ_j, #{σ_j > threshold·σ_1}, max σ_j, min σ_j, Σ σ_j of weight 0}.
 */
template <typename T>
__device__ inline void spectrum(const T* sigma, i64 k, double threshold, i64 complete, T* weight, double* result) {
  double least = threshold * widen(sigma[0]);
  double sums[3] = {};
  double largest = -infinity();
  double smallest = infinity();
  for (i64 j = threadIdx.x; j < k; j += ONE_BLOCK) {
    double s = widen(sigma[j]);
    bool kept = complete || s > least;
    weight[j] = kept ? 1 : 0;
    sums[0] += s;
    sums[1] += s > least ? 1 : 0;
    sums[2] += kept ? 0 : s;
    largest = Larger{}(largest, s);
    smallest = Smaller{}(smallest, s);
  }
  fold_each<ONE_BLOCK>(Sum{}, sums);
  largest = fold<ONE_BLOCK>(Larger{}, largest);
  smallest = fold<ONE_BLOCK>(Smaller{}, smallest);
  if (threadIdx.x == 0) {
    result[0] = sums[0];
    result[1] = sums[1];
    result[2] = largest;
    result[3] = smallest;
    result[4] = sums[2];
  }
}

/** a_ij := a_ij·weight_j; a weight of 0 writes 0 and reads nothing. */
template <typename T>
__device__ inline void scale_columns(T* a, i64 lda, i64 rows, i64 columns, const T* weight) {
  map_tiles(
      columns, rows,
      [=](i64 j, i64 i) { return weight[j] == 0 ? T{0} : a[j * lda + i] * weight[j]; },
      [=](i64 j, i64 i, T v) { a[j * lda + i] = v; });
}

/** r := the upper triangle of the leading k×k of a, zeros below. */
template <typename T>
__device__ inline void upper_triangle(const T* a, i64 lda, i64 k, T* r, i64 ldr) {
  map_tiles(
      k, k,
      [=](i64 j, i64 i) { return i <= j ? a[j * lda + i] : T{0}; },
      [=](i64 j, i64 i, T v) { r[j * ldr + i] = v; });
}

#define CERTIFICATE(t, T)                                                                                                  \
  KERNEL(BLOCK) residual_norms_##t(const T* a, i64 lda, const T* w, i64 ldw, i64 n, i64 count, double* out) {              \
    residual_norms(a, lda, w, ldw, n, count, out);                                                                         \
  }                                                                                                                        \
  KERNEL(ONE_BLOCK) spectrum_##t(                                                                                          \
      const T* sigma, i64 k, double threshold, i64 complete, T* weight, double* result) {                                  \
    spectrum(sigma, k, threshold, complete, weight, result);                                                               \
  }                                                                                                                        \
  KERNEL(BLOCK) scale_columns_##t(T* a, i64 lda, i64 rows, i64 columns, const T* weight) {                                 \
    scale_columns(a, lda, rows, columns, weight);                                                                          \
  }                                                                                                                        \
  KERNEL(BLOCK) upper_triangle_##t(const T* a, i64 lda, i64 k, T* r, i64 ldr) {                                            \
    upper_triangle(a, lda, k, r, ldr);                                                                                     \
  }

FOR_COMPUTED(CERTIFICATE)
