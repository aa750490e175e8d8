/* Stand-in of cuSOLVER: syevd, by two-sided Jacobi rotations; see cusolver.c for what it is. */
#include "cusolver.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VECTORS = 1, LOWER = 0, MOST_SWEEPS = 60 };

/* Elements of workspace a column; any number would do, and one that is not 1 shows whether the library asks. */
enum { WORKSPACE_PER_COLUMN = 4 };

struct eigen {
  struct routine routine;
  struct standin_matrix a;
  struct standin_matrix lambda;
};

/* Rotates rows and columns p and q of the symmetric a, and columns p and q of v, so that a_pq becomes 0. */
static void rotate(int64_t n, double *a, double *v, int64_t p, int64_t q) {
  const double theta = (a[q + q * n] - a[p + p * n]) / (2 * a[p + q * n]);
  const double t = copysign(1, theta) / (fabs(theta) + sqrt(1 + theta * theta));
  const double c = 1 / sqrt(1 + t * t);
  const double s = t * c;
  for (int64_t i = 0; i < n; i++) {
    const double x = a[i + p * n];
    const double y = a[i + q * n];
    a[i + p * n] = c * x - s * y;
    a[i + q * n] = s * x + c * y;
    const double w = v[i + p * n];
    const double z = v[i + q * n];
    v[i + p * n] = c * w - s * z;
    v[i + q * n] = s * w + c * z;
  }
  for (int64_t i = 0; i < n; i++) {
    const double x = a[p + i * n];
    const double y = a[q + i * n];
    a[p + i * n] = c * x - s * y;
    a[q + i * n] = s * x + c * y;
  }
}

/* 0, or 1 if the sweeps did not suffice. */
static int decompose(int64_t n, double *a, double *v) {
  double norm = 0;
  for (int64_t i = 0; i < n * n; i++) {
    norm += a[i] * a[i];
    v[i] = i % (n + 1) == 0;
  }
  for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    int rotated = 0;
    for (int64_t p = 0; p < n; p++) {
      for (int64_t q = p + 1; q < n; q++) {
        if (fabs(a[p + q * n]) > DBL_EPSILON * DBL_EPSILON * sqrt(norm)) {
          rotate(n, a, v, p, q);
          rotated = 1;
        }
      }
    }
    if (!rotated) {
      return 0;
    }
  }
  return 1;
}

/* Eigenvalues in ascending order into lambda, and their vectors into a. */
static void sort(int64_t n, const double *diagonal, const double *v, double *lambda, double *a) {
  int *taken = calloc((size_t)n + 1, sizeof *taken);
  if (taken == NULL) {
    abort();
  }
  for (int64_t j = 0; j < n; j++) {
    int64_t least = -1;
    for (int64_t i = 0; i < n; i++) {
      if (!taken[i] && (least < 0 || diagonal[i + i * n] < diagonal[least + least * n])) {
        least = i;
      }
    }
    taken[least] = 1;
    lambda[j] = diagonal[least + least * n];
    memcpy(a + j * n, v + least * n, (size_t)n * sizeof *a);
  }
  free(taken);
}

static int run(struct standin_context *context, void *arguments) {
  const struct eigen *e = arguments;
  const struct standin_matrix *const used[] = {&e->a, &e->lambda};
  const int code = check_routine(context, &e->routine, used, 2);
  if (code != 0) {
    return code;
  }
  const int64_t n = e->a.rows;
  double *a = load(&e->a);
  double *v = new_doubles(n * n);
  double *lambda = new_doubles(n);
  double *vectors = new_doubles(n * n);
  for (int64_t j = 0; j < n; j++) {
    for (int64_t i = 0; i < j; i++) {
      a[i + j * n] = a[j + i * n];
    }
  }
  const int status = decompose(n, a, v);
  sort(n, a, v, lambda, vectors);
  store(vectors, &e->a);
  store(lambda, &e->lambda);
  free(vectors);
  free(lambda);
  free(v);
  free(a);
  spoil(&e->routine.workspace);
  write_status(&e->routine, 0, status);
  return 0;
}

static int64_t workspace_for(int n) {
  return n < 1 ? 1 : (int64_t)n * WORKSPACE_PER_COLUMN;
}

/* The library asks for vectors and gives lower triangles only. */
static int good(int vectors, int part, int n, int lda) {
  return vectors == VECTORS && part == LOWER && n >= 0 && good_stride(lda, n);
}

static int size_of(int vectors, int part, int n, int lda, int *size) {
  return good(vectors, part, n, lda) ? report_size(workspace_for(n), size) : INVALID_VALUE;
}

static int start(
    const struct standin_handle *handle, size_t element, const char *function, int vectors, int part, int n, uint64_t a, int lda,
    uint64_t lambda, uint64_t workspace, int size, uint64_t status) {
  if (!good(vectors, part, n, lda) || size < workspace_for(n)) {
    return INVALID_VALUE;
  }
  const struct eigen e = {
      routine(function, workspace, size, element, status, 1), matrix(a, n, n, lda, element), vector(lambda, n, element)};
  return put_into_stream(handle, run, &e, sizeof e, function);
}

#define EXPORT_SYEVD(X, real)                                                                                                          \
  EXPORT int cusolverDn##X##syevd_bufferSize(                                                                                          \
      void *pointer, int vectors, int part, int n, uint64_t a, int lda, uint64_t lambda, int *size) {                                  \
    ENTER_HANDLE(pointer)                                                                                                              \
    (void)a;                                                                                                                           \
    (void)lambda;                                                                                                                      \
    return size_of(vectors, part, n, lda, size);                                                                                       \
  }                                                                                                                                    \
  EXPORT int cusolverDn##X##syevd(                                                                                                     \
      void *pointer, int vectors, int part, int n, uint64_t a, int lda, uint64_t lambda, uint64_t workspace, int size,                 \
      uint64_t status) {                                                                                                               \
    ENTER_HANDLE(pointer)                                                                                                              \
    return start(handle, sizeof(real), __func__, vectors, part, n, a, lda, lambda, workspace, size, status);                           \
  }

EXPORT_SYEVD(S, float)
EXPORT_SYEVD(D, double)
