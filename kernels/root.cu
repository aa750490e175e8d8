#include "mirror.cuh"
#include "root.cuh"

// Around the products of the iteration for Z = G^(-1/2), all in double; square matrices are dense, k×k. Contract: root.md.

/** The upper triangle of c copied to the lower one. */
KERNEL(BLOCK) mirror(i64 k, double* c) {
  i64 column = blockIdx.x;
  if (column >= parts(k, TILE)) {
    return;
  }
#pragma unroll 1
  for (i64 row = blockIdx.y; row <= column; row += gridDim.y) {
    mirror_tile<true>(k, c, k, row * TILE, column * TILE);
  }
}

/** sums_i := Σ_j |g_ij|, squares_i := Σ_j g_ij². */
KERNEL(BLOCK) gram_rows(i64 k, const double* g, double* sums, double* squares) {
#pragma unroll 1
  for (i64 i = blockIdx.x; i < k; i += gridDim.x) {
    double v[2] = {};
#pragma unroll 4
    for (i64 j = threadIdx.x; j < k; j += BLOCK) {
      double entry = g[i * k + j];
      v[0] += fabs(entry);
      v[1] += entry * entry;
    }
    fold_each<BLOCK>(Sum{}, v);
    if (threadIdx.x == 0) {
      sums[i] = v[0];
      squares[i] = v[1];
    }
  }
}

/** scale := {α, 1/α, 1/α²} with α² = min(max_i sums_i, √Σ squares_i) ≥ ‖G‖₂; zeros if G = 0. */
KERNEL(ONE_BLOCK) gram_scale(i64 k, const double* sums, const double* squares, double* scale) {
  double largest = 0;
  double total = 0;
#pragma unroll 4
  for (i64 i = threadIdx.x; i < k; i += ONE_BLOCK) {
    largest = Larger{}(largest, sums[i]);
    total += squares[i];
  }
  largest = fold<ONE_BLOCK>(Larger{}, largest);
  total = fold<ONE_BLOCK>(Sum{}, total);
  if (threadIdx.x == 0) {
    double bound = Smaller{}(largest, sqrt(total));
    double alpha = sqrt(bound);
    scale[0] = alpha;
    scale[1] = bound == 0 ? 0 : 1 / alpha;
    scale[2] = bound == 0 ? 0 : 1 / bound;
  }
}

/** out_ij := factor·x_ij for n numbers; out may be x. */
KERNEL(BLOCK) scaled(i64 n, const double* factor, const double* x, double* out) {
  i64 i = i64{blockIdx.x} * BLOCK + threadIdx.x;
  if (i < n) {
    out[i] = *factor * x[i];
  }
}

/** out := a·I + b·x + c·y; y is not read where it is null. out may be x or y. */
KERNEL(BLOCK) combine(i64 k, double a, double b, const double* x, double c, const double* y, double* out) {
  map_tiles(
      k, k,
      [=](i64 i, i64 j) {
        i64 at = i * k + j;
        return (i == j ? a : 0) + (b * x[at] + (y == nullptr ? 0 : c * y[at]));
      },
      [=](i64 i, i64 j, double v) { out[i * k + j] = v; });
}

/** Sums over row i: t_ii, m_ij·t_ij, (m_ij − δ_ij)², z_ii and z_ij²; sum q to parts_{q·k + i}. */
KERNEL(BLOCK) root_rows(i64 k, const double* t, const double* m, const double* z, double* parts) {
#pragma unroll 1
  for (i64 i = blockIdx.x; i < k; i += gridDim.x) {
    double v[ROOT_SUMS] = {};
#pragma unroll 2
    for (i64 j = threadIdx.x; j < k; j += BLOCK) {
      i64 at = i * k + j;
      add_entry(v, i == j, t[at], m[at], z[at]);
    }
    fold_each<BLOCK>(Sum{}, v);
    if (threadIdx.x == 0) {
#pragma unroll
      for (int q = 0; q < ROOT_SUMS; q++) {
        parts[q * k + i] = v[q];
      }
    }
  }
}

/** out_q := Σ_i parts_{q·k + i}. */
KERNEL(ONE_BLOCK) root_sums(i64 k, const double* parts, double* out) {
  double v[ROOT_SUMS] = {};
  for (i64 i = threadIdx.x; i < k; i += ONE_BLOCK) {
#pragma unroll
    for (int q = 0; q < ROOT_SUMS; q++) {
      v[q] += parts[q * k + i];
    }
  }
  fold_each<ONE_BLOCK>(Sum{}, v);
  if (threadIdx.x == 0) {
    store_sums(v, out);
  }
}

/** What eigen_weights adds up. */
constexpr int EIGEN_SUMS = 6;

/**
 * weight_i := 1/√λ_i where λ_i ≥ cut > 0, else 0; out := {Σ√λ⁺, Σ√(λ − floor)⁺, Σ√(λ⁺ + floor), that of the others alone, how many have a
 * weight, Σ weight, max λ}, x⁺ being 0 where x is negative.
 */
KERNEL(ONE_BLOCK) eigen_weights(i64 k, const double* lambda, double floor, double cut, double* weight, double* out) {
  auto root = [](double x) { return x < 0 ? 0 : sqrt(x); };
  double v[EIGEN_SUMS] = {};
  double largest = -infinity();
  for (i64 i = threadIdx.x; i < k; i += ONE_BLOCK) {
    double x = lambda[i];
    bool kept = x >= cut;
    double w = kept ? 1 / sqrt(x) : 0;
    double most = root((x < 0 ? 0 : x) + floor);
    weight[i] = w;
    v[0] += root(x);
    v[1] += root(x - floor);
    v[2] += most;
    v[3] += kept ? 0 : most;
    v[4] += kept ? 1 : 0;
    v[5] += w;
    largest = Larger{}(largest, x);
  }
  fold_each<ONE_BLOCK>(Sum{}, v);
  largest = fold<ONE_BLOCK>(Larger{}, largest);
  if (threadIdx.x == 0) {
#pragma unroll
    for (int q = 0; q < EIGEN_SUMS; q++) {
      out[q] = v[q];
    }
    out[EIGEN_SUMS] = largest;
  }
}
