#include "ritz.cuh"
#include "root.cuh"
#include "squares.cuh"

// Z = G^(-1/2) of a small Gram matrix by one block, all in double and in its shared memory. Contract: block_root.md.

/** Vectors that show what an error of Z does. */
constexpr int PROBES = 4;

/** Numbers of a step. */
constexpr int COEFFICIENTS = 3;

/** What the largest eigenvalue is above the largest that Lanczos' steps find, at most: 4.4 % were seen where spectra are flat. */
constexpr double OUTSIDE = 1.06;

/** Where ‖M − I‖_F² is among the sums of a root. */
constexpr int RESIDUAL = 2;

/** R, Q and P, one after the other: rows of side doubles and a gap, zero beyond k. */
extern __shared__ double matrices[];

/** Y as n rows of k, n ≥ k, whichever way it lies. */
struct Long {
  const double* y;
  int n;
  int k;
  bool wide;

  __device__ bool present() const {
    return y != nullptr;
  }

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

/** The pointers of the kernel. */
struct Places {
  double* g;
  double* scale;
  double* z;
  double* sums;
  const double* w;
  double* zw;
  double* mw;
  double* residuals;
};

/** Rows of side doubles and a gap, zero beyond k. */
struct Matrices {
  double* r;
  double* q;
  double* p;
};

/** So many steps, from R = G/α² on; tentative where G may be of another kind than they are made for. */
struct Steps {
  const double* coefficients;
  i64 count;
  double squaredScale;
  bool tentative;
};

/** Steps for flat spectra: what they may leave in ‖M − I‖_F², and of each the least ratio of eigenvalues, number and coefficients. */
struct Schedules {
  i64 count;
  const double* table;

  /** The first that reaches so far, else what is there for all matrices. */
  __device__ Steps first(const Range& spectrum, const Steps& all) const {
    const double* at = table + 1;
#pragma unroll 1
    for (i64 s = 0; s < count; s++) {
      double ratio = at[0];
      i64 steps = static_cast<i64>(at[1]);
      if (spectrum.least > 0 && spectrum.least >= ratio * spectrum.most) {
        return {at + 2, steps, Smaller{}(OUTSIDE * spectrum.most, all.squaredScale), true};
      }
      at += 2 + COEFFICIENTS * steps;
    }
    return all;
  }

  __device__ bool permit(double residual) const {
    return residual <= table[0];
  }
};

/** α, 1/α and 1/α². */
struct Scale {
  double alpha;
  double inverse;
  double inverseSquare;

  __device__ explicit Scale(double square)
      : alpha(sqrt(square)), inverse(square == 0 ? 0 : 1 / alpha), inverseSquare(square == 0 ? 0 : 1 / square) {}
};

/** z and q := Z, by steps from R = G/α², where r has G. */
template <int side>
__device__ inline void iterate(const Squares<side>& own, int k, const Steps& steps, const Matrices& m, double* z) {
  constexpr int stride = side + GAP;
  Scale scale(steps.squaredScale);
  double* r = m.r;
  double* q = m.q;
  double* p = m.p;
  for (int e = threadIdx.x; e < side * stride; e += BLOCK) {
    r[e] = e % stride < side ? scale.inverseSquare * r[e] : 0;
    q[e] = 0;
    p[e] = 0;
  }
  __syncthreads();
#pragma unroll 1
  for (i64 s = 0; s < steps.count; s++) {
    double a = steps.coefficients[COEFFICIENTS * s];
    double b = steps.coefficients[COEFFICIENTS * s + 1];
    double c = steps.coefficients[COEFFICIENTS * s + 2];
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
    double entry = scale.inverse * q[i * stride + j];
    q[i * stride + j] = entry;
    if (j < k) {
      z[i * k + j] = entry;
    }
  }
}

/** p := T, r := M and their sums, where q has Z. */
template <int side>
__device__ inline void examine(const Squares<side>& own, int k, double* g, const Matrices& m, double (&sums)[ROOT_SUMS]) {
  constexpr int stride = side + GAP;
  double* r = m.r;
  double* q = m.q;
  double* p = m.p;
  load_symmetric<side>(k, g, r);
  // what is not symmetric in T says how well Z commutes with G
  product<side>(own, k, r, q, [=](int i, int j, double v) { p[i * stride + j] = v; });
  product<side>(own, k, q, r, [=](int i, int j, double v) { p[j * stride + i] = v; });
#pragma unroll
  for (int s = 0; s < ROOT_SUMS; s++) {
    sums[s] = 0;
  }
  product<side>(own, k, q, p, [=, &sums](int i, int j, double v) {
    int at = i * stride + j;
    add_entry(sums, i == j, p[at], v, q[at]);
    if (i < j) {
      add_entry(sums, false, p[j * stride + i], v, q[at]);
    }
    store_both<side>(r, i, j, v);
  });
  fold_each<BLOCK>(Sum{}, sums);
}

/** Z·w, M·w and with Y the residuals, where q has Z and r has M. */
template <int side>
__device__ inline void probe(int k, const Long& y, const Matrices& m, const Places& to) {
  constexpr int stride = side + GAP;
  double* r = m.r;
  double* q = m.q;
  double* p = m.p;
  int e = threadIdx.x;
  double zw = 0;
  double mw = 0;
  if (e < PROBES * k) {
    int i = e % k;
#pragma unroll 4
    for (int l = 0; l < k; l++) {
      double entry = to.w[e - i + l];
      zw = fma(q[l * stride + i], entry, zw);
      mw = fma(r[l * stride + i], entry, mw);
    }
    to.zw[e] = zw;
    to.mw[e] = mw;
  }
  if (y.present()) {
    __syncthreads();  // M is not read any more
    if (e < PROBES * k) {
      r[e] = zw;
    }
    __syncthreads();
    residuals<side>(y, q, r, mw, p, r + PROBES * k, to.residuals);
  }
}

template <int side>
__device__ inline void root(const Long& y, i64 count, const double* coefficients, const Schedules& schedules, const Places& to) {
  constexpr int stride = side + GAP;
  int k = y.k;
  Matrices m = {matrices, matrices + side * stride, matrices + 2 * side * stride};
  Squares<side> own(k);
  if (y.present()) {
    gram<side>(own, y, to.g, m.r);
  } else {
    load_symmetric<side>(k, to.g, m.r);
  }
  double bound = squared_scale<side>(k, m.r);
  Steps all = {coefficients, count, bound, false};
  Steps steps = all;
  if (schedules.count > 0) {
    auto& lanczos = *reinterpret_cast<Lanczos<side>*>(m.q);
    int order = tridiagonalize(k, bound, m.r, stride, to.w, lanczos);
    steps = schedules.first(range(order, bound, lanczos), all);
  }
  double sums[ROOT_SUMS];
#pragma unroll 1
  for (bool again = true; again;) {
    iterate<side>(own, k, steps, m, to.z);
    examine<side>(own, k, to.g, m, sums);
    again = steps.tentative && !schedules.permit(sums[RESIDUAL]);
    if (again) {
      steps = all;
      load_symmetric<side>(k, to.g, m.r);
    }
  }
  if (threadIdx.x == 0) {
    Scale scale(steps.squaredScale);
    to.scale[0] = scale.alpha;
    to.scale[1] = scale.inverse;
    to.scale[2] = scale.inverseSquare;
    store_sums(sums, to.sums);
  }
  probe<side>(k, y, m, to);
}

/**
 * Z, what root_rows and root_sums say of it, Z·w and M·w for M = Z·G·Z, and with Y also G and the residuals of the probes; by a schedule
 * where one reaches far enough.
 */
KERNEL(BLOCK) block_root(
    i64 k, i64 n, i64 wide, const double* y, i64 count, const double* steps, i64 schedules, const double* table, double* g, double* scale,
    double* z, double* sums, const double* w, double* zw, double* mw, double* residuals) {
  if (blockIdx.x > 0) {
    return;
  }
  Long rows = {y, static_cast<int>(n), static_cast<int>(k), wide != 0};
  Schedules shorter = {schedules, table};
  Places to = {g, scale, z, sums, w, zw, mw, residuals};
  if (k <= 32) {
    root<32>(rows, count, steps, shorter, to);
  } else {
    root<64>(rows, count, steps, shorter, to);
  }
}
