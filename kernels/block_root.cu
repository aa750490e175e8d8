#include "root.cuh"

// Z = G^(-1/2) of a small Gram matrix by one block, all in double and in its shared memory. Contract: block_root.md.

/** Each thread has a square of a product of side×side, of side/THREAD_SQUARES rows: eight by four threads in a warp, two by four warps. */
constexpr int THREAD_SQUARES = 16;

/** Vectors that show what an error of Z does. */
constexpr int PROBES = 4;

/** R, Q and P, one after the other: rows of side doubles, of which those beyond k are 0. */
extern __shared__ double2 matrices[];

/** Row l of a matrix from a column on, in pieces of 16 bytes. */
template <int length>
__device__ inline void load_row(const double* row, double (&v)[length]) {
#pragma unroll
  for (int i = 0; i < length; i += 2) {
    double2 pair = reinterpret_cast<const double2*>(row)[i / 2];
    v[i] = pair.x;
    v[i + 1] = pair.y;
  }
}

/** use(i, j, Σ_l a_li·b_lj) for i, j < k, when nobody reads a or b any more, so that it may write to them. */
template <int side, typename Use>
__device__ inline void product(int k, const double* a, const double* b, Use use) {
  constexpr int own = side / THREAD_SQUARES;
  int row = own * (warp() / 4 * 8 + lane() / 4);
  int column = own * (warp() % 4 * 4 + lane() % 4);
  double sum[own][own] = {};
#pragma unroll 4
  for (int l = 0; l < k; l++) {
    double x[own];
    double y[own];
    load_row(a + l * side + row, x);
    load_row(b + l * side + column, y);
#pragma unroll
    for (int i = 0; i < own; i++) {
#pragma unroll
      for (int j = 0; j < own; j++) {
        sum[i][j] = fma(x[i], y[j], sum[i][j]);
      }
    }
  }
  __syncthreads();
#pragma unroll
  for (int i = 0; i < own; i++) {
#pragma unroll
    for (int j = 0; j < own; j++) {
      if (row + i < k && column + j < k) {
        use(row + i, column + j, sum[i][j]);
      }
    }
  }
  __syncthreads();
}

/** to := G, whose upper triangle is known, with zeros beyond k; g gets the lower one. */
template <int side>
__device__ inline void load_symmetric(int k, double* g, double* to) {
  for (int e = threadIdx.x; e < side * side; e += BLOCK) {
    int i = e / side;
    int j = e % side;
    double v = i < k && j < k ? g[min(i, j) * k + max(i, j)] : 0;
    to[e] = v;
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
      double entry = g[i * side + j];
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

template <int side>
__device__ inline void root(
    int k, i64 count, const double* steps, double* g, double* scale, double* z, double* sums, const double* w, double* zw, double* mw) {
  double* r = reinterpret_cast<double*>(matrices);
  double* q = r + side * side;
  double* p = q + side * side;
  load_symmetric<side>(k, g, r);
  double bound = squared_scale<side>(k, r);
  double alpha = sqrt(bound);
  double inverse = bound == 0 ? 0 : 1 / alpha;
  double inverseSquare = bound == 0 ? 0 : 1 / bound;
  for (int e = threadIdx.x; e < side * side; e += BLOCK) {
    r[e] = inverseSquare * r[e];
    q[e] = 0;
    p[e] = 0;
  }
  __syncthreads();
#pragma unroll 1
  for (i64 s = 0; s < count; s++) {
    double a = steps[3 * s];
    double b = steps[3 * s + 1];
    double c = steps[3 * s + 2];
    bool first = s == 0;
    if (!first) {
#pragma unroll 1
      for (int twice = 0; twice < 2; twice++) {
        product<side>(k, r, p, [=](int i, int j, double v) { r[i * side + j] = v; });
      }
    }
    product<side>(k, r, r, [=](int i, int j, double v) {
      int at = i * side + j;
      double entry = (i == j ? a : 0) + (b * r[at] + c * v);
      p[at] = entry;
      if (first) {
        q[at] = entry;
      }
    });
    if (!first) {
      product<side>(k, q, p, [=](int i, int j, double v) { q[i * side + j] = v; });
    }
  }
  for (int e = threadIdx.x; e < k * side; e += BLOCK) {
    int i = e / side;
    int j = e % side;
    double entry = inverse * (0.5 * (q[e] + q[j * side + i]));
    p[e] = entry;
    if (j < k) {
      z[i * k + j] = entry;
    }
  }
  load_symmetric<side>(k, g, r);
  double* t = q;
  q = p;
  p = t;
  product<side>(k, r, q, [=](int i, int j, double v) { p[i * side + j] = v; });
  double v[ROOT_SUMS] = {};
  product<side>(k, q, p, [&](int i, int j, double m) {
    int at = i * side + j;
    add_entry(v, i == j, p[at], m, q[at]);
    r[at] = m;
  });
  fold_each<BLOCK>(Sum{}, v);
  if (threadIdx.x == 0) {
    scale[0] = alpha;
    scale[1] = inverse;
    scale[2] = inverseSquare;
    store_sums(v, sums);
  }
  for (int e = threadIdx.x; e < PROBES * k; e += BLOCK) {
    int i = e % k;
    double x = 0;
    double y = 0;
#pragma unroll 4
    for (int l = 0; l < k; l++) {
      double entry = w[e - i + l];
      x = fma(q[l * side + i], entry, x);
      y = fma(r[l * side + i], entry, y);
    }
    zw[e] = x;
    mw[e] = y;
  }
}

/** Z, what root_rows and root_sums say of it, and Z·w and M·w for M = Z·G·Z. */
KERNEL(BLOCK) block_root(
    i64 k, i64 count, const double* steps, double* g, double* scale, double* z, double* sums, const double* w, double* zw, double* mw) {
  if (blockIdx.x > 0) {
    return;
  }
  if (k <= 32) {
    root<32>(k, count, steps, g, scale, z, sums, w, zw, mw);
  } else {
    root<64>(k, count, steps, g, scale, z, sums, w, zw, mw);
  }
}
