#pragma once

#include "block.cuh"

// Small symmetric matrices in the shared memory of one block, rows of side doubles, zero beyond k, and a gap; and their products on tensor
// cores: squares of 8×8 on the diagonal and above it, some for each warp.

/** A warp multiplies 8×4 by 4×8 at a time. */
constexpr int OUTER = 8;
constexpr int INNER = 4;

/** Between rows, so that four neighbours of eight rows lie in different banks. */
constexpr int GAP = 4;

/** ⌈n·(n + 1)/2 / length⌉ */
constexpr int parts_of_triangle(int n, int length) {
  return (n * (n + 1) / 2 + length - 1) / length;
}

/** d += aᵀ·b by a warp: thread t gives a_(t mod 4, t/4) and b_(t mod 4, t/4), and has d_(t/4, 2·(t mod 4)) and its right neighbour. */
__device__ inline void multiply_add(double (&d)[2], double a, double b) {
  asm volatile("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0, %1}, {%2}, {%3}, {%0, %1};"
               : "+d"(d[0]), "+d"(d[1])
               : "d"(a), "d"(b));
}

/**
 * Which squares of OUTER×OUTER of a symmetric matrix of order k a warp has: of those on the diagonal and above it, row by row, each eighth.
 * Without the branches that an absent one would cost, its place is that of the first.
 */
template <int side>
struct Squares {
  static constexpr int MOST = parts_of_triangle(side / OUTER, BLOCK_ROWS);

  int top[MOST];
  int left[MOST];
  int count;

  __device__ explicit Squares(int k) : count(0) {
    int across = static_cast<int>(parts(k, OUTER));
#pragma unroll
    for (int m = 0; m < MOST; m++) {
      int number = warp() + m * BLOCK_ROWS;
      int row = 0;
      while (row < across && number >= across - row) {
        number -= across - row;
        row++;
      }
      bool present = row < across;
      top[m] = present ? row * OUTER : 0;
      left[m] = present ? (row + number) * OUTER : 0;
      count += present ? 1 : 0;
    }
  }
};

/**
 * use(i, j, Σ_l a(l, i)·b(l, j)) for i ≤ j < k and l < n, when nobody reads what a and b read any more, so that it may be written. The matrix
 * that comes out is symmetric but for rounding: the rest is what use makes of it.
 */
template <int side, typename A, typename B, typename Use>
__device__ inline void contract(const Squares<side>& own, int k, int n, A a, B b, Use use) {
  double sum[Squares<side>::MOST][2] = {};
  int column = lane() / INNER;
#pragma unroll 2
  for (int l = lane() % INNER; l < n + lane() % INNER; l += INNER) {
#pragma unroll
    for (int m = 0; m < Squares<side>::MOST; m++) {
      if (m < own.count) {
        multiply_add(sum[m], a(l, own.top[m] + column), b(l, own.left[m] + column));
      }
    }
  }
  __syncthreads();
#pragma unroll
  for (int m = 0; m < Squares<side>::MOST; m++) {
#pragma unroll
    for (int e = 0; e < 2; e++) {
      int i = own.top[m] + column;
      int j = own.left[m] + lane() % INNER * 2 + e;
      if (m < own.count && i <= j && j < k) {
        use(i, j, sum[m][e]);
      }
    }
  }
  __syncthreads();
}

/** The same for matrices in shared memory. */
template <int side, typename Use>
__device__ inline void product(const Squares<side>& own, int k, const double* a, const double* b, Use use) {
  constexpr int stride = side + GAP;
  contract<side>(
      own, k, k, [=](int l, int i) { return a[l * stride + i]; }, [=](int l, int j) { return b[l * stride + j]; }, use);
}

/** Entries (i, j) and (j, i) := v. */
template <int side>
__device__ inline void store_both(double* c, int i, int j, double v) {
  c[i * (side + GAP) + j] = v;
  c[j * (side + GAP) + i] = v;
}

/** to := G, whose upper triangle is known, with zeros beyond k; g gets the lower one. */
template <int side>
__device__ inline void load_symmetric(int k, double* g, double* to) {
  for (int e = threadIdx.x; e < side * side; e += BLOCK) {
    int i = e / side;
    int j = e % side;
    double v = i < k && j < k ? g[min(i, j) * k + max(i, j)] : 0;
    to[i * (side + GAP) + j] = v;
    if (j < i && i < k) {
      g[i * k + j] = v;
    }
  }
  __syncthreads();
}

/** α² = min(max_i Σ_j |g_ij|, ‖G‖_F). */
template <int side>
__device__ inline double squared_scale(int k, const double* g) {
  double largest = 0;
  double total = 0;
  for (int i = warp(); i < k; i += BLOCK_ROWS) {
    double v[2] = {};
    for (int j = lane(); j < k; j += WARP) {
      double entry = g[i * (side + GAP) + j];
      v[0] += fabs(entry);
      v[1] += entry * entry;
    }
    fold_lanes<WARP>(Sum{}, v);
    largest = Larger{}(largest, v[0]);
    total += lane() == 0 ? v[1] : 0;
  }
  largest = fold<BLOCK>(Larger{}, largest);
  total = fold<BLOCK>(Sum{}, total);
  return Smaller{}(largest, sqrt(total));
}
