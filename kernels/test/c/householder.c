/* Householder reflections for the stand-in of cuSOLVER, as in LAPACK's geqr2 and orm2r (Golub and Van Loan, Matrix Computations, 5.1). */
#include "cusolver.h"

#include <math.h>

static double norm(int64_t n, const double *x) {
  double largest = 0;
  for (int64_t i = 0; i < n; i++) {
    largest = fmax(largest, fabs(x[i]));
  }
  if (largest == 0) {
    return 0;
  }
  double sum = 0;
  for (int64_t i = 0; i < n; i++) {
    sum += x[i] / largest * (x[i] / largest);
  }
  return largest * sqrt(sum);
}

/* x := (β, v₂ … vₙ) with H·x = β·e₁ for H = I − τ·v·vᵀ, v₁ = 1; returns τ, 0 if x is a multiple of e₁ already. */
static double reflector(int64_t n, double *x) {
  const double tail = norm(n - 1, x + 1);
  if (tail == 0) {
    return 0;
  }
  const double beta = -copysign(hypot(x[0], tail), x[0]);
  const double tau = (beta - x[0]) / beta;
  for (int64_t i = 1; i < n; i++) {
    x[i] /= x[0] - beta;
  }
  x[0] = beta;
  return tau;
}

/* y := H·y with the first entry of v taken as 1. */
static void reflect(int64_t n, const double *v, double tau, double *y) {
  double dot = y[0];
  for (int64_t i = 1; i < n; i++) {
    dot += v[i] * y[i];
  }
  y[0] -= tau * dot;
  for (int64_t i = 1; i < n; i++) {
    y[i] -= tau * dot * v[i];
  }
}

void householder_factor(int64_t m, int64_t n, double *a, double *tau) {
  for (int64_t j = 0; j < n && j < m; j++) {
    double *v = a + j + j * m;
    tau[j] = reflector(m - j, v);
    for (int64_t c = j + 1; c < n; c++) {
      reflect(m - j, v, tau[j], a + j + c * m);
    }
  }
}

/* Q is H₁·…·Hₖ, so that Q·C begins with the last reflector and Qᵀ·C with the first. */
void householder_multiply(int transpose, int64_t m, int64_t n, int64_t k, const double *a, const double *tau, double *c) {
  for (int64_t step = 0; step < k; step++) {
    const int64_t j = transpose ? step : k - 1 - step;
    for (int64_t column = 0; column < n; column++) {
      reflect(m - j, a + j + j * m, tau[j], c + j + column * m);
    }
  }
}
