/* Stand-in of cuSOLVER: gesvdj, gesvdjBatched and gesvd, all by one-sided Jacobi; see cusolver.c for what it is. */
#include "cusolver.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_IN_BATCH = 32, GESVD_SWEEPS = 100 };

/* A decomposition of count matrices that lie one after the other; u or v with no columns is not wanted. */
struct decomposition {
  struct routine routine;
  struct standin_matrix a;
  struct standin_matrix sigma;
  struct standin_matrix u;
  struct standin_matrix v; /* V, or its transpose if transpose_v is set */
  int transpose_v;
  int count;
  enum standin_setting setting; /* that decides on the outcome */
  struct standin_handle *parameters; /* null for gesvd */
};

static int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* The matrix with this index in a batch. */
static struct standin_matrix of_batch(const struct standin_matrix *first, int64_t columns, int index) {
  struct standin_matrix result = *first;
  result.address += (uint64_t)(index * columns * first->stride) * first->element;
  return result;
}

/* All matrices of a batch as one. */
static struct standin_matrix whole_batch(const struct standin_matrix *first, int64_t columns, int count) {
  struct standin_matrix result = *first;
  result.columns = columns * count;
  return result;
}

static int64_t columns_of_v(const struct decomposition *d) {
  return d->transpose_v ? d->v.rows : d->v.columns;
}

static struct jacobi jacobi_for(const struct decomposition *d, enum standin_outcome outcome) {
  const struct standin_handle *parameters = d->parameters;
  return (struct jacobi){
      .rows = larger(d->a.rows, d->a.columns),
      .columns = smaller(d->a.rows, d->a.columns),
      .tolerance = parameters == NULL ? (d->a.element == sizeof(double) ? DBL_EPSILON : FLT_EPSILON) : parameters->tolerance,
      .most_sweeps = outcome == NOT_CONVERGED ? 1 : parameters == NULL ? GESVD_SWEEPS : parameters->most_sweeps,
      .sort = parameters == NULL || d->setting != GESVDJ_BATCHED || parameters->sort,
  };
}

/* v₁ := (v₁ + v₂)/2, or v₁/2 if it is alone: finite, and orthogonal to nothing that it was orthogonal to. */
static void make_wrong(int64_t n, int64_t columns, double *v) {
  for (int64_t i = 0; i < n; i++) {
    v[i] = (v[i] + (columns > 1 ? v[i + n] : 0)) / 2;
  }
}

/*
 * x_i := x_i·(1 + r_i), r_i between 0 and so many units, the same numbers in every run: rotations that are all a little too long leave
 * vectors and values like that.
 */
static void disturb(double unit, int64_t count, double *x) {
  uint32_t state = 1;
  for (int64_t i = 0; i < count; i++) {
    state = 1664525 * state + 1013904223; /* Numerical Recipes, section 7.1 */
    x[i] *= 1 + unit * ldexp(state, -32);
  }
}

static void store_v(const struct decomposition *d, const double *v, const struct standin_matrix *to) {
  if (!d->transpose_v) {
    store(v, to);
    return;
  }
  double *turned = transposed(v, to->columns, to->rows);
  store(turned, to);
  free(turned);
}

static int status_of(const struct decomposition *d, const struct jacobi *jacobi, enum standin_outcome outcome) {
  const int failed = d->setting == GESVD ? 1 : (int)jacobi->columns + 1;
  return jacobi->converged && outcome != NOT_CONVERGED ? 0 : failed;
}

/* One matrix of the batch. A wide matrix is decomposed as its transpose, with U and V exchanged. */
static void decompose(const struct decomposition *d, int index, enum standin_outcome outcome) {
  const int64_t k = smaller(d->a.rows, d->a.columns);
  const int wide = d->a.rows < d->a.columns;
  const struct standin_matrix a = of_batch(&d->a, d->a.columns, index);
  const struct standin_matrix sigma = of_batch(&d->sigma, 1, index);
  const struct standin_matrix u = of_batch(&d->u, d->u.columns, index);
  const struct standin_matrix v = of_batch(&d->v, d->v.columns, index);
  struct jacobi jacobi = jacobi_for(d, outcome);
  const int64_t left_columns = larger(k, wide ? columns_of_v(d) : d->u.columns);
  double *loaded = load(&a);
  double *work = wide ? transposed(loaded, a.rows, a.columns) : loaded;
  double *left = new_doubles(jacobi.rows * left_columns);
  double *values = new_doubles(k);
  double *right = new_doubles(k * k);
  jacobi_decompose(&jacobi, work, left_columns, left, values, right);
  double *full_u = wide ? right : left;
  double *full_v = wide ? left : right;
  if (outcome == WRONG && k > 0) {
    make_wrong(k, k, right);
  }
  if (d->setting != GESVD) {
    const double unit = (double)standin_setting(NOISE) * (d->a.element == sizeof(double) ? DBL_EPSILON : FLT_EPSILON);
    disturb(unit, k, values);
    disturb(unit, jacobi.rows * left_columns, left);
    disturb(unit, k * k, right);
  }
  spoil(&a);
  store(values, &sigma);
  store(full_u, &u);
  store_v(d, full_v, &v);
  write_status(&d->routine, index, status_of(d, &jacobi, outcome));
  if (d->parameters != NULL) {
    d->parameters->sweeps = jacobi.sweeps;
    d->parameters->residual = jacobi.residual;
  }
  free(right);
  free(values);
  free(left);
  if (wide) {
    free(work);
  }
  free(loaded);
}

static int run_decomposition(struct standin_context *context, void *arguments) {
  const struct decomposition *d = arguments;
  const struct standin_matrix a = whole_batch(&d->a, d->a.columns, d->count);
  const struct standin_matrix sigma = whole_batch(&d->sigma, 1, d->count);
  const struct standin_matrix u = whole_batch(&d->u, d->u.columns, d->count);
  const struct standin_matrix v = whole_batch(&d->v, d->v.columns, d->count);
  const struct standin_matrix *const used[] = {&a, &sigma, &u, &v};
  const int code = check_routine(context, &d->routine, used, 4);
  if (code != 0) {
    return code;
  }
  const enum standin_outcome wanted = (enum standin_outcome)standin_setting(d->setting);
  for (int i = 0; i < d->count; i++) {
    decompose(d, i, i == d->count - 1 ? wanted : CONVERGES);
  }
  spoil(&d->routine.workspace);
  return 0;
}

static int64_t workspace_for(int64_t m, int64_t n) {
  return m * n + n * n + m + n + 1;
}

static int start(struct standin_handle *handle, const struct decomposition *d, int size) {
  if (size < workspace_for(d->a.rows, d->a.columns)) {
    return INVALID_VALUE;
  }
  return put_into_stream(handle, run_decomposition, d, sizeof *d, d->routine.function);
}

/* cusolverEigMode_t: no vectors 0, vectors 1. */
static int good_gesvdj(int jobz, int m, int n, int lda, int ldu, int ldv, const struct standin_handle *parameters) {
  return (jobz == 0 || jobz == 1) && m >= 0 && n >= 0 && good_stride(lda, m) && good_stride(ldu, m) && good_stride(ldv, n) &&
         parameters != NULL;
}

static int gesvdj(
    struct standin_handle *handle, size_t element, const char *function, int jobz, int economy, int m, int n, uint64_t a, int lda,
    uint64_t sigma, uint64_t u, int ldu, uint64_t v, int ldv, uint64_t workspace, int size, uint64_t status, const void *info) {
  struct standin_handle *parameters = standin_handle(GESVDJ_INFO, info);
  if (!good_gesvdj(jobz, m, n, lda, ldu, ldv, parameters)) {
    return INVALID_VALUE;
  }
  const int64_t k = smaller(m, n);
  const struct decomposition d = {
      .routine = routine(function, workspace, size, element, status, 1),
      .a = matrix(a, m, n, lda, element),
      .sigma = vector(sigma, k, element),
      .u = matrix(u, m, jobz == 0 ? 0 : economy ? k : m, ldu, element),
      .v = matrix(v, n, jobz == 0 ? 0 : economy ? k : n, ldv, element),
      .count = 1,
      .setting = GESVDJ,
      .parameters = parameters,
  };
  return start(handle, &d, size);
}

static int good_batch(int jobz, int m, int n, int lda, int ldu, int ldv, const struct standin_handle *parameters, int count) {
  return good_gesvdj(jobz, m, n, lda, ldu, ldv, parameters) && m <= MOST_IN_BATCH && n <= MOST_IN_BATCH && count >= 0;
}

static int gesvdj_batched(
    struct standin_handle *handle, size_t element, const char *function, int jobz, int m, int n, uint64_t a, int lda, uint64_t sigma,
    uint64_t u, int ldu, uint64_t v, int ldv, uint64_t workspace, int size, uint64_t status, const void *info, int count) {
  struct standin_handle *parameters = standin_handle(GESVDJ_INFO, info);
  if (!good_batch(jobz, m, n, lda, ldu, ldv, parameters, count)) {
    return INVALID_VALUE;
  }
  const struct decomposition d = {
      .routine = routine(function, workspace, size, element, status, count),
      .a = matrix(a, m, n, lda, element),
      .sigma = vector(sigma, smaller(m, n), element),
      .u = matrix(u, m, jobz == 0 ? 0 : m, ldu, element),
      .v = matrix(v, n, jobz == 0 ? 0 : n, ldv, element),
      .count = count,
      .setting = GESVDJ_BATCHED,
      .parameters = parameters,
  };
  return start(handle, &d, size);
}

/* How many vectors a letter asks for: all, as many as singular values, or none. -1 for what is no letter, -2 to overwrite A. */
static int64_t wanted(signed char letter, int64_t all, int64_t economy) {
  return letter == 'A' ? all : letter == 'S' ? economy : letter == 'N' ? 0 : letter == 'O' ? -2 : -1;
}

static int gesvd(
    struct standin_handle *handle, size_t element, const char *function, signed char jobu, signed char jobvt, int m, int n, uint64_t a,
    int lda, uint64_t sigma, uint64_t u, int ldu, uint64_t vt, int ldvt, uint64_t workspace, int size, uint64_t status) {
  const int64_t columns = wanted(jobu, m, n);
  const int64_t rows = wanted(jobvt, n, n);
  if (m < n || n < 0 || !good_stride(lda, m) || !good_stride(ldu, m) || !good_stride(ldvt, n) || columns == -1 || rows == -1) {
    return INVALID_VALUE;
  }
  if (columns < 0 || rows < 0) {
    return NOT_SUPPORTED;
  }
  const struct decomposition d = {
      .routine = routine(function, workspace, size, element, status, 1),
      .a = matrix(a, m, n, lda, element),
      .sigma = vector(sigma, n, element),
      .u = matrix(u, m, columns, ldu, element),
      .v = matrix(vt, rows, rows == 0 ? 0 : n, ldvt, element),
      .transpose_v = 1,
      .count = 1,
      .setting = GESVD,
  };
  return start(handle, &d, size);
}

#define EXPORT_SVD(X, real)                                                                                                             \
  EXPORT int cusolverDn##X##gesvdj_bufferSize(                                                                                          \
      void *pointer, int jobz, int economy, int m, int n, uint64_t a, int lda, uint64_t sigma, uint64_t u, int ldu, uint64_t v,         \
      int ldv, int *size, const void *info) {                                                                                           \
    ENTER_HANDLE(pointer)                                                                                                               \
    (void)(a + sigma + u + v + (uint64_t)economy);                                                                                      \
    const int good = good_gesvdj(jobz, m, n, lda, ldu, ldv, standin_handle(GESVDJ_INFO, info));                                         \
    return good ? report_size(workspace_for(m, n), size) : INVALID_VALUE;                                                               \
  }                                                                                                                                     \
  EXPORT int cusolverDn##X##gesvdj(                                                                                                     \
      void *pointer, int jobz, int economy, int m, int n, uint64_t a, int lda, uint64_t sigma, uint64_t u, int ldu, uint64_t v,         \
      int ldv, uint64_t workspace, int size, uint64_t status, const void *info) {                                                       \
    ENTER_HANDLE(pointer)                                                                                                               \
    return gesvdj(                                                                                                                      \
        handle, sizeof(real), __func__, jobz, economy, m, n, a, lda, sigma, u, ldu, v, ldv, workspace, size, status, info);             \
  }                                                                                                                                     \
  EXPORT int cusolverDn##X##gesvdjBatched_bufferSize(                                                                                   \
      void *pointer, int jobz, int m, int n, uint64_t a, int lda, uint64_t sigma, uint64_t u, int ldu, uint64_t v, int ldv, int *size,  \
      const void *info, int count) {                                                                                                    \
    ENTER_HANDLE(pointer)                                                                                                               \
    (void)(a + sigma + u + v);                                                                                                          \
    const int good = good_batch(jobz, m, n, lda, ldu, ldv, standin_handle(GESVDJ_INFO, info), count);                                   \
    return good ? report_size(workspace_for(m, n), size) : INVALID_VALUE;                                                               \
  }                                                                                                                                     \
  EXPORT int cusolverDn##X##gesvdjBatched(                                                                                              \
      void *pointer, int jobz, int m, int n, uint64_t a, int lda, uint64_t sigma, uint64_t u, int ldu, uint64_t v, int ldv,             \
      uint64_t workspace, int size, uint64_t status, const void *info, int count) {                                                     \
    ENTER_HANDLE(pointer)                                                                                                               \
    return gesvdj_batched(                                                                                                              \
        handle, sizeof(real), __func__, jobz, m, n, a, lda, sigma, u, ldu, v, ldv, workspace, size, status, info, count);               \
  }                                                                                                                                     \
  EXPORT int cusolverDn##X##gesvd_bufferSize(void *pointer, int m, int n, int *size) {                                                  \
    ENTER_HANDLE(pointer)                                                                                                               \
    return n < 0 || m < n ? INVALID_VALUE : report_size(workspace_for(m, n), size);                                                     \
  }                                                                                                                                     \
  EXPORT int cusolverDn##X##gesvd(                                                                                                      \
      void *pointer, signed char jobu, signed char jobvt, int m, int n, uint64_t a, int lda, uint64_t sigma, uint64_t u, int ldu,       \
      uint64_t vt, int ldvt, uint64_t workspace, int size, uint64_t superdiagonal, uint64_t status) {                                   \
    ENTER_HANDLE(pointer)                                                                                                               \
    (void)superdiagonal;                                                                                                                \
    return gesvd(                                                                                                                       \
        handle, sizeof(real), __func__, jobu, jobvt, m, n, a, lda, sigma, u, ldu, vt, ldvt, workspace, size, status);                   \
  }

EXPORT_SVD(S, float)
EXPORT_SVD(D, double)
