#include "block.cuh"

// Steps of Lanczos on a symmetric matrix, dense, k×k, in double. Contract: lanczos.md.

/** u := A·v. */
KERNEL(BLOCK) symmetric_image(i64 k, const double* a, const double* v, double* u) {
#pragma unroll 1
  for (i64 i = blockIdx.x; i < k; i += gridDim.x) {
    double sum = 0;
#pragma unroll 4
    for (i64 j = threadIdx.x; j < k; j += BLOCK) {
      sum += a[i * k + j] * v[j];
    }
    sum = fold<BLOCK>(Sum{}, sum);
    if (threadIdx.x == 0) {
      u[i] = sum;
    }
  }
}

/**
 * α := vᵀu, r := u − (α·v + β·previous), next := r/‖r‖, which takes the place of previous; zeros if r = 0. coefficients has α and ‖r‖ of
 * each step, β being that of the step before, and 0 in the first.
 */
KERNEL(ONE_BLOCK) lanczos_step(i64 k, i64 step, const double* u, const double* v, double* previous, double* coefficients) {
  double beta = step > 0 ? coefficients[2 * step - 1] : 0;
  double alpha = 0;
#pragma unroll 4
  for (i64 i = threadIdx.x; i < k; i += ONE_BLOCK) {
    alpha += u[i] * v[i];
  }
  alpha = fold<ONE_BLOCK>(Sum{}, alpha);
  auto rest = [=](i64 i) { return u[i] - (alpha * v[i] + (step > 0 ? beta * previous[i] : 0)); };
  double squares = 0;
#pragma unroll 4
  for (i64 i = threadIdx.x; i < k; i += ONE_BLOCK) {
    double r = rest(i);
    squares += r * r;
  }
  double norm = sqrt(fold<ONE_BLOCK>(Sum{}, squares));
#pragma unroll 4
  for (i64 i = threadIdx.x; i < k; i += ONE_BLOCK) {
    previous[i] = norm == 0 ? 0 : rest(i) / norm;
  }
  if (threadIdx.x == 0) {
    coefficients[2 * step] = alpha;
    coefficients[2 * step + 1] = norm;
  }
}
