#include "root.cuh"

// Z = G^(-1/2) of a small Gram matrix by one block, all in double and in its shared memory. Contract: block_root.md.

/** A warp multiplies 8×4 by 4×8 at a time. */
constexpr int OUTER = 8;
constexpr int INNER = 4;

/** Between rows, so that four neighbours of eight rows lie in different banks. */
constexpr int GAP = 4;

/** Vectors that show what an error of Z does. */
constexpr int PROBES = 4;

/** R, Q and P, one after the other: rows of side doubles and a gap, zero beyond k. */
extern __shared__ double matrices[];

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

/** Y as n rows of k, n ≥ k, whichever way it lies. */
struct Long {
  const double* y;
  int n;
  int k;
  bool wide;

  __device__ double at(int l, int i) const {
    return wide ? y[i * n + l] : y[l * k + i];
  }
};

/** to := YᵀY with zeros beyond k; g gets it too. */
template <int side>
__device__ inline void gram(const Squares<side>& own, const Long& y, double* g, double* to) {
  for (int e = threadIdx.x; e < side * (side + GAP); e += BLOCK) {
    to[e] = 0;
  }
  auto entry = [=](int l, int i) { return l < y.n && i < y.k ? y.at(l, i) : 0; };
  contract<side>(own, y.k, y.n, entry, entry, [=](int i, int j, double v) {
    store_both<side>(to, i, j, v);
    g[i * y.k + j] = v;
    g[j * y.k + i] = v;
  });
}

/** ‖Z·Yᵀ·(Y·x) − m‖² of each probe: x_e for e < PROBES·k in shared memory, m the threads' own; u and v are for n and k numbers a probe. */
template <int side>
__device__ inline void residuals(const Long& y, const double* z, const double* x, double m, double* u, double* v, double* out) {
  constexpr int stride = side + GAP;
  int k = y.k;
  for (int e = threadIdx.x; e < PROBES * y.n; e += BLOCK) {
    double sum = 0;
#pragma unroll 4
    for (int i = 0; i < k; i++) {
      sum = fma(y.at(e % y.n, i), x[e / y.n * k + i], sum);
    }
    u[e] = sum;
  }
  __syncthreads();
  int own = threadIdx.x;
  int probe = own / k;
  int i = own % k;
  if (probe < PROBES) {
    double sum = 0;
#pragma unroll 4
    for (int l = 0; l < y.n; l++) {
      sum = fma(y.at(l, i), u[probe * y.n + l], sum);
    }
    v[own] = sum;
  }
  __syncthreads();
  double difference = 0;
  if (probe < PROBES) {
    double sum = 0;
#pragma unroll 4
    for (int l = 0; l < k; l++) {
      sum = fma(z[l * stride + i], v[probe * k + l], sum);
    }
    difference = sum - m;
  }
  double squares[PROBES];
#pragma unroll
  for (int p = 0; p < PROBES; p++) {
    squares[p] = p == probe ? difference * difference : 0;
  }
  fold_each<BLOCK>(Sum{}, squares);
  if (threadIdx.x == 0) {
#pragma unroll
    for (int p = 0; p < PROBES; p++) {
      out[p] = squares[p];
    }
  }
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

/** The pointers of the kernel. */
struct Places {
  const double* steps;
  double* g;
  double* scale;
  double* z;
  double* sums;
  const double* w;
  double* zw;
  double* mw;
  double* residuals;
};

template <int side>
__device__ inline void root(int k, i64 count, const Long& y, const Places& to) {
  constexpr int stride = side + GAP;
  double* r = matrices;
  double* q = r + side * stride;
  double* p = q + side * stride;
  Squares<side> own(k);
  bool whole = y.y != nullptr;
  if (whole) {
    gram<side>(own, y, to.g, r);
  } else {
    load_symmetric<side>(k, to.g, r);
  }
  double bound = squared_scale<side>(k, r);
  double alpha = sqrt(bound);
  double inverse = bound == 0 ? 0 : 1 / alpha;
  double inverseSquare = bound == 0 ? 0 : 1 / bound;
  for (int e = threadIdx.x; e < side * stride; e += BLOCK) {
    r[e] = e % stride < side ? inverseSquare * r[e] : 0;
    q[e] = 0;
    p[e] = 0;
  }
  __syncthreads();
#pragma unroll 1
  for (i64 s = 0; s < count; s++) {
    double a = to.steps[3 * s];
    double b = to.steps[3 * s + 1];
    double c = to.steps[3 * s + 2];
    bool first = s == 0;
    if (!first) {
#pragma unroll 1
      for (int twice = 0; twice < 2; twice++) {
        product<side>(own, k, r, p, [=](int i, int j, double v) { store_both<side>(r, i, j, v); });
      }
    }
    product<side>(own, k, r, r, [=](int i, int j, double v) {
      double entry = (i == j ? a : 0) + (b * r[i * stride + j] + c * v);
      store_both<side>(p, i, j, entry);
      if (first) {
        store_both<side>(q, i, j, entry);
      }
    });
    if (!first) {
      product<side>(own, k, q, p, [=](int i, int j, double v) { store_both<side>(q, i, j, v); });
    }
  }
  for (int e = threadIdx.x; e < k * side; e += BLOCK) {
    int i = e / side;
    int j = e % side;
    double entry = inverse * q[i * stride + j];
    q[i * stride + j] = entry;
    if (j < k) {
      to.z[i * k + j] = entry;
    }
  }
  load_symmetric<side>(k, to.g, r);
  // what is not symmetric in T says how well Z commutes with G
  product<side>(own, k, r, q, [=](int i, int j, double v) { p[i * stride + j] = v; });
  product<side>(own, k, q, r, [=](int i, int j, double v) { p[j * stride + i] = v; });
  double v[ROOT_SUMS] = {};
  product<side>(own, k, q, p, [&](int i, int j, double m) {
    int at = i * stride + j;
    add_entry(v, i == j, p[at], m, q[at]);
    if (i < j) {
      add_entry(v, false, p[j * stride + i], m, q[at]);
    }
    store_both<side>(r, i, j, m);
  });
  fold_each<BLOCK>(Sum{}, v);
  if (threadIdx.x == 0) {
    to.scale[0] = alpha;
    to.scale[1] = inverse;
    to.scale[2] = inverseSquare;
    store_sums(v, to.sums);
  }
  int e = threadIdx.x;
  double x = 0;
  double m = 0;
  if (e < PROBES * k) {
    int i = e % k;
#pragma unroll 4
    for (int l = 0; l < k; l++) {
      double entry = to.w[e - i + l];
      x = fma(q[l * stride + i], entry, x);
      m = fma(r[l * stride + i], entry, m);
    }
    to.zw[e] = x;
    to.mw[e] = m;
  }
  if (whole) {
    __syncthreads();  // M is not read any more
    if (e < PROBES * k) {
      r[e] = x;
    }
    __syncthreads();
    residuals<side>(y, q, r, m, p, r + PROBES * k, to.residuals);
  }
}

/** Z, what root_rows and root_sums say of it, Z·w and M·w for M = Z·G·Z, and with Y also G and the residuals of the probes. */
KERNEL(BLOCK) block_root(
    i64 k, i64 n, i64 wide, const double* y, i64 count, const double* steps, double* g, double* scale, double* z, double* sums,
    const double* w, double* zw, double* mw, double* residuals) {
  if (blockIdx.x > 0) {
    return;
  }
  Long rows = {y, static_cast<int>(n), static_cast<int>(k), wide != 0};
  Places to = {steps, g, scale, z, sums, w, zw, mw, residuals};
  if (k <= 32) {
    root<32>(rows.k, count, rows, to);
  } else {
    root<64>(rows.k, count, rows, to);
  }
}
