#pragma once

#include "block.cuh"

// How wide the spectrum of a small symmetric matrix is, roughly: the extreme eigenvalues of the tridiagonal matrix T = VᵀGV that a few
// steps of Lanczos make. They lie inside the spectrum.

/** Twelve leave some (π/2/13)² of a spectrum's width at its ends; each costs a product of G and a vector. */
constexpr int LANCZOS_STEPS = 12;

/** Relative to a bound of ‖G‖, a length of the next vector that is nothing but rounding errors: those so far span an invariant space. */
constexpr double INVARIANT = 1e-12;

/** Lanczos' steps in shared memory. */
template <int side>
struct Lanczos {
  double v[side];                  // the newest vector, zero beyond k
  double part[BLOCK];              // sums over some of the terms of G·v
  double diagonal[LANCZOS_STEPS];  // α_1, α_2, … of T
  double beside[LANCZOS_STEPS];    // β_1, β_2, …
};

/** Numbers that no eigenvalue of T is below, and none is above. */
struct Range {
  double least;
  double most;
};

/** Σ_i a_i·b_i by a warp, of which each lane has some. */
template <int own>
__device__ inline double inner_product(const double (&a)[own], const double (&b)[own]) {
  double sum[] = {0};
#pragma unroll
  for (int e = 0; e < own; e++) {
    sum[0] = fma(a[e], b[e], sum[0]);
  }
  fold_lanes<WARP>(Sum{}, sum);
  return sum[0];
}

/** to.part := the sums over l ≡ p mod BLOCK/side of g_li·v_l, for each p those of all columns i. */
template <int side>
__device__ inline void multiply_in_parts(const double* g, int stride, Lanczos<side>& to) {
  double sum = 0;
#pragma unroll
  for (int l = 0; l < side; l += BLOCK / side) {
    int row = l + threadIdx.x / side;
    sum = fma(g[row * stride + threadIdx.x % side], to.v[row], sum);
  }
  to.part[threadIdx.x] = sum;
}

/** The newest two vectors, in registers of a warp. */
template <int side>
struct Newest {
  static constexpr int OWN = side / WARP;

  double v[OWN] = {};
  double before[OWN] = {};
  double beta = 0;

  /** v := first/‖first‖ */
  __device__ void start(int k, const double* first, Lanczos<side>& to) {
#pragma unroll
    for (int e = 0; e < OWN; e++) {
      int i = lane() + e * WARP;
      v[e] = i < k ? first[i] : 0;
    }
    become(v, sqrt(inner_product(v, v)), to);
  }

  /** α_j, β_j and the next vector, from the parts of G·v. */
  __device__ void advance(int j, Lanczos<side>& to) {
    double u[OWN] = {};
#pragma unroll
    for (int e = 0; e < OWN; e++) {
#pragma unroll
      for (int p = 0; p < BLOCK; p += side) {
        u[e] += to.part[p + lane() + e * WARP];
      }
    }
    double alpha = inner_product(v, u);
#pragma unroll
    for (int e = 0; e < OWN; e++) {
      u[e] = fma(-beta, before[e], fma(-alpha, v[e], u[e]));
      before[e] = v[e];
    }
    beta = sqrt(inner_product(u, u));
    become(u, beta, to);
    if (lane() == 0) {
      to.diagonal[j] = alpha;
      to.beside[j] = beta;
    }
  }

  /** v := u/norm */
  __device__ void become(const double (&u)[OWN], double norm, Lanczos<side>& to) {
#pragma unroll
    for (int e = 0; e < OWN; e++) {
      v[e] = u[e] / norm;
      to.v[lane() + e * WARP] = v[e];
    }
  }
};

/** T of at most LANCZOS_STEPS and k rows, from a first vector; how many it has. G has rows of side entries, zero beyond k. */
template <int side>
__device__ inline int tridiagonalize(int k, double bound, const double* g, int stride, const double* first, Lanczos<side>& to) {
  Newest<side> newest;  // of the first warp
  if (warp() == 0) {
    newest.start(k, first, to);
  }
  __syncthreads();
  int most = min(LANCZOS_STEPS, k);
#pragma unroll 1
  for (int j = 0; j < most; j++) {
    multiply_in_parts(g, stride, to);
    __syncthreads();
    if (warp() == 0) {
      newest.advance(j, to);
    }
    __syncthreads();
    double beta = to.beside[j];
    if (!(beta > INVARIANT * bound && beta < infinity())) {
      return j + 1;
    }
  }
  return most;
}

/**
 * Of the numbers bound·(t/BLOCK)², t = 1, 2, …, the last that is below all eigenvalues of T, or 0, and the first that is above, or the
 * bound: each thread has one and looks at the signs of the pivots of T − x·I.
 */
template <int side>
__device__ inline Range range(int order, double bound, const Lanczos<side>& of) {
  double root = (threadIdx.x + 1) * (1.0 / BLOCK);
  double x = bound * (root * root);
  double pivot = of.diagonal[0] - x;
  bool below = pivot > 0;
  bool above = pivot < 0;
#pragma unroll 1
  for (int i = 1; i < order; i++) {
    double beta = of.beside[i - 1];
    pivot = (of.diagonal[i] - x) - beta * beta / pivot;
    below = below && pivot > 0;
    above = above && pivot < 0;
  }
  double ends[] = {below ? x : 0, above ? -x : -bound};
  fold_each<BLOCK>(Larger{}, ends);
  return {ends[0], -ends[1]};
}
