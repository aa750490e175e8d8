/* Stand-in of cuSOLVER: geqrf and ormqr; see cusolver.c for what it is. */
#include "cusolver.h"

#include <stdlib.h>

/* Elements of workspace a column; any number would do, and one that is not 1 shows whether the library asks. */
enum { WORKSPACE_PER_COLUMN = 3 };

struct factorization {
  struct routine routine;
  struct standin_matrix a;
  struct standin_matrix tau;
};

static int run_geqrf(struct standin_context *context, void *arguments) {
  const struct factorization *f = arguments;
  const struct standin_matrix *const used[] = {&f->a, &f->tau};
  const int code = check_routine(context, &f->routine, used, 2);
  if (code != 0) {
    return code;
  }
  double *a = load(&f->a);
  double *tau = new_doubles(f->tau.rows);
  householder_factor(f->a.rows, f->a.columns, a, tau);
  store(a, &f->a);
  store(tau, &f->tau);
  free(tau);
  free(a);
  spoil(&f->routine.workspace);
  write_status(&f->routine, 0, 0);
  return 0;
}

static int64_t workspace_for(int columns) {
  return columns < 1 ? 1 : (int64_t)columns * WORKSPACE_PER_COLUMN;
}

static int geqrf_size(int m, int n, int lda, int *size) {
  return m < 0 || n < 0 || !good_stride(lda, m) ? INVALID_VALUE : report_size(workspace_for(n), size);
}

static int geqrf(
    const struct standin_handle *handle, size_t element, const char *function, int m, int n, uint64_t a, int lda, uint64_t tau,
    uint64_t workspace, int size, uint64_t status) {
  if (m < 0 || n < 0 || !good_stride(lda, m) || size < workspace_for(n)) {
    return INVALID_VALUE;
  }
  const struct factorization f = {
      routine(function, workspace, size, element, status, 1), matrix(a, m, n, lda, element), vector(tau, m < n ? m : n, element)};
  return put_into_stream(handle, run_geqrf, &f, sizeof f, function);
}

struct multiplication {
  struct routine routine;
  int right;
  int transpose;
  struct standin_matrix a;
  struct standin_matrix tau;
  struct standin_matrix c;
};

/* C·Q is the transpose of Qᵀ·Cᵀ. */
static void multiply(const struct multiplication *w, const double *a, const double *tau, double *c) {
  const int64_t m = w->right ? w->c.columns : w->c.rows;
  const int64_t n = w->right ? w->c.rows : w->c.columns;
  householder_multiply(w->right ? !w->transpose : w->transpose, m, n, w->a.columns, a, tau, c);
}

static int run_ormqr(struct standin_context *context, void *arguments) {
  const struct multiplication *w = arguments;
  const struct standin_matrix *const used[] = {&w->c, &w->a, &w->tau};
  const int code = check_routine(context, &w->routine, used, 3);
  if (code != 0) {
    return code;
  }
  double *a = load(&w->a);
  double *tau = load(&w->tau);
  double *c = load(&w->c);
  if (w->right) {
    double *turned = transposed(c, w->c.rows, w->c.columns);
    multiply(w, a, tau, turned);
    free(c);
    c = transposed(turned, w->c.columns, w->c.rows);
    free(turned);
  } else {
    multiply(w, a, tau, c);
  }
  store(c, &w->c);
  free(c);
  free(tau);
  free(a);
  spoil(&w->routine.workspace);
  write_status(&w->routine, 0, 0);
  return 0;
}

/* cublasSideMode_t: left 0, right 1; cublasOperation_t: N 0, T 1. Q has as many rows as C on the left, columns on the right. */
static int good_ormqr(int side, int trans, int m, int n, int k, int lda, int ldc) {
  const int order = side == 0 ? m : n;
  return (side == 0 || side == 1) && (trans == 0 || trans == 1) && m >= 0 && n >= 0 && k >= 0 && k <= order && good_stride(lda, order) &&
         good_stride(ldc, m);
}

static int ormqr_size(int side, int trans, int m, int n, int k, int lda, int ldc, int *size) {
  return good_ormqr(side, trans, m, n, k, lda, ldc) ? report_size(workspace_for(side == 0 ? n : m), size) : INVALID_VALUE;
}

static int ormqr(
    const struct standin_handle *handle, size_t element, const char *function, int side, int trans, int m, int n, int k, uint64_t a,
    int lda, uint64_t tau, uint64_t c, int ldc, uint64_t workspace, int size, uint64_t status) {
  if (!good_ormqr(side, trans, m, n, k, lda, ldc) || size < workspace_for(side == 0 ? n : m)) {
    return INVALID_VALUE;
  }
  const struct multiplication w = {
      routine(function, workspace, size, element, status, 1),
      side == 1,
      trans == 1,
      matrix(a, side == 0 ? m : n, k, lda, element),
      vector(tau, k, element),
      matrix(c, m, n, ldc, element),
  };
  return put_into_stream(handle, run_ormqr, &w, sizeof w, function);
}

#define EXPORT_QR(X, real)                                                                                                             \
  EXPORT int cusolverDn##X##geqrf_bufferSize(void *pointer, int m, int n, uint64_t a, int lda, int *size) {                            \
    ENTER_HANDLE(pointer)                                                                                                              \
    (void)a;                                                                                                                           \
    return geqrf_size(m, n, lda, size);                                                                                                \
  }                                                                                                                                    \
  EXPORT int cusolverDn##X##geqrf(                                                                                                     \
      void *pointer, int m, int n, uint64_t a, int lda, uint64_t tau, uint64_t workspace, int size, uint64_t status) {                 \
    ENTER_HANDLE(pointer)                                                                                                              \
    return geqrf(handle, sizeof(real), __func__, m, n, a, lda, tau, workspace, size, status);                                          \
  }                                                                                                                                    \
  EXPORT int cusolverDn##X##ormqr_bufferSize(                                                                                          \
      void *pointer, int side, int trans, int m, int n, int k, uint64_t a, int lda, uint64_t tau, uint64_t c, int ldc, int *size) {    \
    ENTER_HANDLE(pointer)                                                                                                              \
    (void)a;                                                                                                                           \
    (void)tau;                                                                                                                         \
    (void)c;                                                                                                                           \
    return ormqr_size(side, trans, m, n, k, lda, ldc, size);                                                                           \
  }                                                                                                                                    \
  EXPORT int cusolverDn##X##ormqr(                                                                                                     \
      void *pointer, int side, int trans, int m, int n, int k, uint64_t a, int lda, uint64_t tau, uint64_t c, int ldc,                 \
      uint64_t workspace, int size, uint64_t status) {                                                                                 \
    ENTER_HANDLE(pointer)                                                                                                              \
    return ormqr(handle, sizeof(real), __func__, side, trans, m, n, k, a, lda, tau, c, ldc, workspace, size, status);                  \
  }

EXPORT_QR(S, float)
EXPORT_QR(D, double)
