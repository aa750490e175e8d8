/*
 * One-sided Jacobi for the stand-in of cuSOLVER (Demmel and Veselić, "Jacobi's method is more accurate than QR", 1992): rotations from the
 * right make the columns orthogonal; their lengths are the singular values.
 */
#include "cusolver.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Four sums, so that additions do not wait for each other. */
static double dot(int64_t n, const double *x, const double *y) {
  double sum[4] = {0};
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (int lane = 0; lane < 4; lane++) {
      sum[lane] += x[i + lane] * y[i + lane];
    }
  }
  for (; i < n; i++) {
    sum[0] += x[i] * y[i];
  }
  return sum[0] + sum[1] + (sum[2] + sum[3]);
}

static void add_scaled(int64_t n, double *to, double factor, const double *x) {
  for (int64_t i = 0; i < n; i++) {
    to[i] += factor * x[i];
  }
}

static void rotate(int64_t n, double *x, double *y, double cosine, double sine) {
  for (int64_t i = 0; i < n; i++) {
    const double first = x[i];
    const double second = y[i];
    x[i] = cosine * first - sine * second;
    y[i] = sine * first + cosine * second;
  }
}

/*
 * Makes two columns orthogonal; their cosine before that. What is left of a dependent column is rounding, and shrinks with every sweep
 * until its square is zero; it counts as a column of zeros then.
 */
static double rotate_pair(struct jacobi *jacobi, double tolerance, double *x, double *y, double *right_x, double *right_y) {
  const double xx = dot(jacobi->rows, x, x);
  const double yy = dot(jacobi->rows, y, y);
  const double xy = dot(jacobi->rows, x, y);
  if (xx == 0 || yy == 0 || !(fabs(xy) > tolerance * sqrt(xx) * sqrt(yy))) {
    return 0;
  }
  const double zeta = (yy - xx) / (2 * xy);
  const double tangent = copysign(1, zeta) / (fabs(zeta) + hypot(1, zeta));
  const double cosine = 1 / hypot(1, tangent);
  rotate(jacobi->rows, x, y, cosine, cosine * tangent);
  rotate(jacobi->columns, right_x, right_y, cosine, cosine * tangent);
  return fabs(xy) / sqrt(xx) / sqrt(yy);
}

static double sweep(struct jacobi *jacobi, double tolerance, double *a, double *right) {
  double largest = 0;
  for (int64_t p = 0; p < jacobi->columns; p++) {
    for (int64_t q = p + 1; q < jacobi->columns; q++) {
      double *right_p = right + p * jacobi->columns;
      double *right_q = right + q * jacobi->columns;
      largest = fmax(largest, rotate_pair(jacobi, tolerance, a + p * jacobi->rows, a + q * jacobi->rows, right_p, right_q));
    }
  }
  return largest;
}

/* The dot products have errors of about √rows·ulp, so that a smaller tolerance is never met. */
static void orthogonalise(struct jacobi *jacobi, double *a, double *right) {
  const double tolerance = fmax(jacobi->tolerance, sqrt((double)jacobi->rows) * DBL_EPSILON);
  jacobi->converged = jacobi->columns < 2;
  jacobi->residual = 0;
  for (jacobi->sweeps = 0; !jacobi->converged && jacobi->sweeps < jacobi->most_sweeps; jacobi->sweeps++) {
    jacobi->residual = sweep(jacobi, tolerance, a, right);
    jacobi->converged = jacobi->residual == 0;
  }
}

/* Column number c of a square or tall matrix := its entries minus their part in the columns that are there. */
static void project_out(int64_t rows, int64_t columns, const char *there, const double *basis, double *x) {
  for (int64_t c = 0; c < columns; c++) {
    if (there[c]) {
      const double *column = basis + c * rows;
      add_scaled(rows, x, -dot(rows, column, x), column);
    }
  }
}

/*
 * Fills the missing columns of an orthonormal basis from unit vectors. With c < rows columns there, the squares of what is left of all unit
 * vectors sum to rows − c ≥ 1; those passed over because less than 1/(2·rows) was left sum to 1/2 at most, so one of the others will do.
 */
static void complete(int64_t rows, int64_t columns, char *there, double *basis) {
  int64_t unit = 0;
  for (int64_t c = 0; c < columns; c++) {
    double *column = basis + c * rows;
    double square = 0;
    while (!there[c] && unit < rows && !(square > 0.5 / (double)rows)) {
      memset(column, 0, (size_t)rows * sizeof *column);
      column[unit++] = 1;
      project_out(rows, columns, there, basis, column);
      square = dot(rows, column, column);
    }
    for (int pass = 0; !there[c] && pass < 2; pass++) {
      const double length = sqrt(dot(rows, column, column));
      for (int64_t i = 0; i < rows; i++) {
        column[i] /= length;
      }
      project_out(rows, columns, there, basis, column);
    }
    there[c] = 1;
  }
}

/* The column with the largest σ among those not taken yet, or the first if no order is wanted. */
static int64_t next_column(const struct jacobi *jacobi, const double *lengths, const char *taken) {
  int64_t best = -1;
  for (int64_t j = 0; j < jacobi->columns; j++) {
    if (!taken[j] && (best < 0 || (jacobi->sort && lengths[j] > lengths[best]))) {
      best = j;
    }
  }
  return best;
}

/* Scales by a power of two so that squares neither overflow nor lose what matters; its exponent. */
static int scale(int64_t count, double *a) {
  double largest = 0;
  for (int64_t i = 0; i < count; i++) {
    largest = fmax(largest, fabs(a[i]));
  }
  int exponent = 0;
  if (largest > 0 && largest <= DBL_MAX) {
    frexp(largest, &exponent);
  }
  for (int64_t i = 0; i < count; i++) {
    a[i] = ldexp(a[i], -exponent);
  }
  return exponent;
}

void jacobi_decompose(struct jacobi *jacobi, double *a, int64_t left_columns, double *left, double *sigma, double *right) {
  const int64_t rows = jacobi->rows;
  const int64_t columns = jacobi->columns;
  const int exponent = scale(rows * columns, a);
  double *rotations = new_doubles(columns * columns);
  double *lengths = new_doubles(columns);
  for (int64_t j = 0; j < columns; j++) {
    rotations[j + j * columns] = 1;
  }
  orthogonalise(jacobi, a, rotations);
  for (int64_t j = 0; j < columns; j++) {
    lengths[j] = sqrt(dot(rows, a + j * rows, a + j * rows));
  }
  char *taken = calloc((size_t)columns + 1, 1);
  char *there = calloc((size_t)left_columns + 1, 1);
  if (taken == NULL || there == NULL) {
    abort();
  }
  for (int64_t c = 0; c < columns; c++) {
    const int64_t j = next_column(jacobi, lengths, taken);
    taken[j] = 1;
    sigma[c] = ldexp(lengths[j], exponent);
    memcpy(right + c * columns, rotations + j * columns, (size_t)columns * sizeof *right);
    there[c] = lengths[j] != 0;
    for (int64_t i = 0; i < rows && there[c]; i++) {
      left[i + c * rows] = a[i + j * rows] / lengths[j];
    }
  }
  complete(rows, left_columns, there, left);
  free(there);
  free(taken);
  free(lengths);
  free(rotations);
}
