#include "gram.cuh"

// Polar factors of many small matrices from eigenvectors of their Gram matrices, and how good they are. Contract: polar.md.

/** c := Y·V. */
__device__ inline void multiply(const Batched& m, double* c) {
  unsigned k = m.k();
  double* slab = square + k * k;
  for (unsigned e = threadIdx.x; e < k * k; e += BLOCK) {
    square[e % k * k + e / k] = m.v[e];
  }
#pragma unroll 1
  for (int top = 0; top < m.n(); top += SLAB) {
    int count = min(SLAB, m.n() - top);
    load_slab(slab, m.y + i64{top} * k, count, k, AsItIs{});
    for (unsigned e = threadIdx.x; e < count * k; e += BLOCK) {
      const double* row = slab + e / k * k;
      double sum = 0;
      for (unsigned i = 0; i < k; i++) {
        sum += row[i] * square[i * k + e % k];
      }
      c[i64{top} * k + e] = sum;
    }
  }
  __syncthreads();
}

/** From the square CᵀC: σ_j := the norm of column j, or 0 where it does not count; the report's Σσ, how many count, and the largest. */
__device__ inline void judge_columns(int n, int k, double* sigma, BatchReport& report) {
  int j = threadIdx.x;
  double s = j < k ? sqrt(square[j * k + j]) : 0;
  double largest = fold<BLOCK>(Larger{}, s);
  double counted = s > n * EPSILON * largest ? 1 : 0;
  double sums[] = {s, counted};
  fold_each<BLOCK>(Sum{}, sums);
  if (j < k) {
    sigma[j] = counted * s;
  }
  if (j == 0) {
    report.sum = sums[0];
    report.count = sums[1];
    report.largest = largest;
  }
  __syncthreads();
}

/** ‖BᵀB − I‖_F² with B = C·Σ⁻¹, from the square CᵀC. */
__device__ inline double residual_of_gram(unsigned k, const double* sigma) {
  double sum = 0;
  for (unsigned e = threadIdx.x; e < k * k; e += BLOCK) {
    double scale = sigma[e / k] * sigma[e % k];
    double h = scale > 0 ? square[e] / scale - (e / k == e % k ? 1 : 0) : 0;
    sum += h * h;
  }
  return fold<BLOCK>(Sum{}, sum);
}

/** ‖VᵀV − I‖_F² of the columns that count, and Σ σ_j·(‖v_j‖² − 1), for V in the square: a warp for each product of two columns. */
__device__ inline void judge_vectors(int k, const double* sigma, double (&sums)[2]) {
  for (int j = warp(); j < k; j += BLOCK_ROWS) {
    for (int i = 0; i <= j; i++) {
      double dot[] = {0};
      for (int c = lane(); c < k; c += WARP) {
        dot[0] += square[i * k + c] * square[j * k + c];
      }
      fold_lanes<WARP>(Sum{}, dot);
      double h = sigma[i] > 0 && sigma[j] > 0 ? dot[0] - (i == j ? 1 : 0) : 0;
      sums[0] += lane() == 0 ? (i == j ? h * h : 2 * (h * h)) : 0;
      sums[1] += lane() == 0 && i == j ? sigma[j] * h : 0;
    }
  }
  fold_each<BLOCK>(Sum{}, sums);
}

/** P := B·Vᵀ in the place of C, for V in the square; returns ‖Y − B·Σ·Vᵀ‖_F². */
__device__ inline double form_polar(const Batched& m, const double* sigma) {
  unsigned k = m.k();
  double* slab = square + k * k;
  double residual = 0;
#pragma unroll 1
  for (int top = 0; top < m.n(); top += SLAB) {
    int count = min(SLAB, m.n() - top);
    double* rows = m.p + i64{top} * k;
    load_slab(slab, rows, count, k, [=](double c, unsigned j) { return sigma[j] > 0 ? c / sigma[j] : 0; });
    for (unsigned e = threadIdx.x; e < count * k; e += BLOCK) {
      const double* row = slab + e / k * k;
      double polar = 0;
      double image = 0;
      for (unsigned j = 0; j < k; j++) {
        double term = row[j] * square[j * k + e % k];
        polar += term;
        image += sigma[j] * term;
      }
      rows[e] = polar;
      double r = m.y[i64{top} * k + e] - image;
      residual += r * r;
    }
  }
  return fold<BLOCK>(Sum{}, residual);
}

/** P from V, with the norms of Y·V as singular values, and how far all of it is from a singular value decomposition. */
__device__ inline void certify(const Batched& m, double* sigma, BatchReport& report) {
  int k = m.k();
  multiply(m, m.p);
  gram(m.p, m.n(), k);
  judge_columns(m.n(), k, sigma, report);
  double b = residual_of_gram(k, sigma);
  for (int e = threadIdx.x; e < k * k; e += BLOCK) {
    square[e] = m.v[e];
  }
  __syncthreads();
  double v[2] = {};
  judge_vectors(k, sigma, v);
  double y = form_polar(m, sigma);
  if (threadIdx.x == 0) {
    report.sum -= v[1] / 2;
    report.vResidual = v[0];
    report.bResidual = b;
    report.yResidual = y;
  }
}

KERNEL(BLOCK) batch_polar(const Batched* matrices, const i64* numbers, i64 count, BatchReport* reports) {
  __shared__ double sigma[MOST_COLUMNS];
  each_matrix(matrices, numbers, count, [=](const Batched& m, i64 i) { certify(m, sigma, reports[i]); });
}
