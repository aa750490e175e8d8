#include "gram.cuh"

// Eigenvectors of the Gram matrices of many small matrices, each in the shared memory of a block. Contract: eigenvectors.md.

/** Jacobi converges quadratically after some five sweeps; what needs more than these is left to the certificate. */
constexpr int SWEEPS = 30;

/** What a dot product of short columns may be off by, in units of EPSILON. */
constexpr int LEAST_ROUNDOFF = 8;

/** The largest entry of the diagonal in a column without a place; the first of them if there are several. */
__device__ inline void find_pivot(int k, const int* place, double& value, int& column) {
  value = 0;
  column = k;
  for (int i = lane(); i < k; i += WARP) {
    if (place[i] == k && square[i * k + i] > value) {
      value = square[i * k + i];
      column = i;
    }
  }
#pragma unroll
  for (int distance = WARP / 2; distance >= 1; distance /= 2) {
    double otherValue = __shfl_xor_sync(ALL_LANES, value, distance);
    int other = __shfl_xor_sync(ALL_LANES, column, distance);
    if (otherValue > value || (otherValue == value && other < column)) {
      value = otherValue;
      column = other;
    }
  }
}

/**
 * Cholesky factor L of the square, G = L·Lᵀ, with complete pivoting but nothing moved: where a column was taken as pivot its column of L
 * lies, place says as which, and its row of the others becomes 0. Returns the number of pivots above the roundoff of the first.
 */
__device__ inline int cholesky(int k, int* place, int* pivots) {
  for (int i = threadIdx.x; i < k; i += BLOCK) {
    place[i] = k;
  }
  __syncthreads();
  double least = 0;
  int rank = 0;
#pragma unroll 1
  for (; rank < k; rank++) {
    double g;
    int p;
    find_pivot(k, place, g, p);
    least = rank == 0 ? k * EPSILON * g : least;
    if (!(g > least)) {
      break;
    }
    __syncthreads();  // all warps have the pivot
    for (int j = warp(); j < k; j += BLOCK_ROWS) {
      if (j != p && place[j] == k) {
        double factor = square[p * k + j] / g;
        for (int i = lane(); i < k; i += WARP) {
          square[j * k + i] = i == p ? 0 : square[j * k + i] - square[p * k + i] * factor;
        }
      }
    }
    if (threadIdx.x == 0) {
      place[p] = rank;
      pivots[rank] = p;
    }
    __syncthreads();
  }
  for (int c = warp(); c < rank; c += BLOCK_ROWS) {
    double* column = square + pivots[c] * k;
    double root = sqrt(column[pivots[c]]);
    __syncwarp();
    for (int i = lane(); i < k; i += WARP) {
      column[i] = column[i] / root;
    }
  }
  __syncthreads();
  return rank;
}

/** Rotates two columns by the smaller angle that makes them orthogonal; false if their cosine is at most the given one. By a warp. */
__device__ inline bool orthogonalize(double* a, double* b, int k, double cosine) {
  double v[3] = {};  // ‖a‖², ‖b‖², ⟨a, b⟩
  for (int i = lane(); i < k; i += WARP) {
    v[0] += a[i] * a[i];
    v[1] += b[i] * b[i];
    v[2] += a[i] * b[i];
  }
  fold_lanes<WARP>(Sum{}, v);
  if (fabs(v[2]) <= cosine * sqrt(v[0] * v[1])) {
    return false;
  }
  double zeta = (v[1] - v[0]) / (2 * v[2]);
  double t = copysign(1.0, zeta) / (fabs(zeta) + sqrt(1 + zeta * zeta));
  double c = 1 / sqrt(1 + t * t);
  double s = c * t;
  for (int i = lane(); i < k; i += WARP) {
    double x = a[i];
    double y = b[i];
    a[i] = c * x - s * y;
    b[i] = s * x + c * y;
  }
  return true;
}

/** One-sided Jacobi: rounds of pairs that share no column, each pair of columns once a sweep. */
__device__ inline void orthogonalize_all(int k, int rank, const int* pivots) {
  double cosine = (k + LEAST_ROUNDOFF) * EPSILON;
  int rounds = rank + (rank & 1) - 1;  // with an odd number of columns, one has no partner in each
#pragma unroll 1
  for (int sweep = 0; sweep < SWEEPS; sweep++) {
    bool rotated = false;
#pragma unroll 1
    for (int round = 0; round < rounds; round++) {
      for (int pair = warp(); pair <= rounds / 2; pair += BLOCK_ROWS) {
        int a = pair == 0 ? rounds : (round + pair) % rounds;
        int b = (round + rounds - pair) % rounds;
        if (a < rank && b < rank) {
          rotated |= orthogonalize(square + pivots[a] * k, square + pivots[b] * k, k, cosine);
        }
      }
      __syncthreads();
    }
    if (!__syncthreads_or(rotated)) {
      break;
    }
  }
}

/** V := the columns of L·(rotations) over their norms, zeros behind them. */
__device__ inline void normalize_columns(int k, int rank, const int* pivots, double* v) {
  for (int c = warp(); c < k; c += BLOCK_ROWS) {
    const double* column = square + (c < rank ? pivots[c] : 0) * k;
    double squares[] = {0};
    for (int i = lane(); i < k && c < rank; i += WARP) {
      squares[0] += column[i] * column[i];
    }
    fold_lanes<WARP>(Sum{}, squares);
    double norm = sqrt(squares[0]);
    for (int i = lane(); i < k; i += WARP) {
      v[c * k + i] = c < rank ? column[i] / norm : 0;
    }
  }
}

/** v := the eigenvectors of YᵀY = L·Lᵀ whose eigenvalues are not roundoff, as left singular vectors of L. */
KERNEL(BLOCK) batch_eigenvectors(const Batched* matrices, const i64* numbers, i64 count) {
  __shared__ int place[MOST_COLUMNS];
  __shared__ int pivots[MOST_COLUMNS];
  each_matrix(matrices, numbers, count, [=](const Batched& m, i64) {
    int k = m.k();
    gram(m.y, m.n(), k);
    int rank = cholesky(k, place, pivots);
    orthogonalize_all(k, rank, pivots);
    normalize_columns(k, rank, pivots, m.v);
  });
}
