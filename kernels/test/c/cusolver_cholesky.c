/* Stand-in of cuSOLVER: potrf and potri; see cusolver.c for what it is. */
#include "cusolver.h"

#include <math.h>
#include <stdlib.h>

/* Elements of workspace a column; any number would do, and one that is not 1 shows whether the library asks. */
enum { WORKSPACE_PER_COLUMN = 2 };

enum { LOWER = 0 };

struct cholesky {
  struct routine routine;
  struct standin_matrix a;
};

/* L of A = L·Lᵀ into the lower triangle; 0, or the number, from 1, of the first leading minor that is not positive. */
static int factor(int64_t n, double *a) {
  for (int64_t j = 0; j < n; j++) {
    for (int64_t i = j; i < n; i++) {
      double sum = a[i + j * n];
      for (int64_t l = 0; l < j; l++) {
        sum -= a[i + l * n] * a[j + l * n];
      }
      if (i == j && !(sum > 0)) {
        return (int)(j + 1);
      }
      a[i + j * n] = i == j ? sqrt(sum) : sum / a[j + j * n];
    }
  }
  return 0;
}

/* The lower triangle of (L·Lᵀ)⁻¹ in place of L; 0, or the number of a diagonal entry that is 0. */
static int invert(int64_t n, double *a) {
  double *inverse = new_doubles(n * n); /* L⁻¹, column by column */
  for (int64_t j = 0; j < n; j++) {
    for (int64_t i = j; i < n; i++) {
      double sum = i == j;
      for (int64_t l = j; l < i; l++) {
        sum -= a[i + l * n] * inverse[l + j * n];
      }
      if (a[i + i * n] == 0) {
        free(inverse);
        return (int)(i + 1);
      }
      inverse[i + j * n] = sum / a[i + i * n];
    }
  }
  for (int64_t j = 0; j < n; j++) {
    for (int64_t i = j; i < n; i++) {
      double sum = 0;
      for (int64_t l = i; l < n; l++) {
        sum += inverse[l + i * n] * inverse[l + j * n];
      }
      a[i + j * n] = sum;
    }
  }
  free(inverse);
  return 0;
}

static int run(struct standin_context *context, const struct cholesky *c, int (*compute)(int64_t, double *)) {
  const struct standin_matrix *const used[] = {&c->a};
  const int code = check_routine(context, &c->routine, used, 1);
  if (code != 0) {
    return code;
  }
  double *a = load(&c->a);
  const int status = compute(c->a.rows, a);
  store(a, &c->a);
  free(a);
  spoil(&c->routine.workspace);
  write_status(&c->routine, 0, status);
  return 0;
}

static int run_potrf(struct standin_context *context, void *arguments) {
  return run(context, arguments, factor);
}

static int run_potri(struct standin_context *context, void *arguments) {
  return run(context, arguments, invert);
}

static int64_t workspace_for(int n) {
  return n < 1 ? 1 : (int64_t)n * WORKSPACE_PER_COLUMN;
}

/* The library asks for lower triangles only. */
static int good(int part, int n, int lda) {
  return part == LOWER && n >= 0 && good_stride(lda, n);
}

static int size_of(int part, int n, int lda, int *size) {
  return good(part, n, lda) ? report_size(workspace_for(n), size) : INVALID_VALUE;
}

static int start(
    const struct standin_handle *handle, standin_operation operation, size_t element, const char *function, int part, int n, uint64_t a,
    int lda, uint64_t workspace, int size, uint64_t status) {
  if (!good(part, n, lda) || size < workspace_for(n)) {
    return INVALID_VALUE;
  }
  const struct cholesky c = {routine(function, workspace, size, element, status, 1), matrix(a, n, n, lda, element)};
  return put_into_stream(handle, operation, &c, sizeof c, function);
}

#define EXPORT_CHOLESKY(X, real, name)                                                                                                 \
  EXPORT int cusolverDn##X##name##_bufferSize(void *pointer, int part, int n, uint64_t a, int lda, int *size) {                        \
    ENTER_HANDLE(pointer)                                                                                                              \
    (void)a;                                                                                                                           \
    return size_of(part, n, lda, size);                                                                                                \
  }                                                                                                                                    \
  EXPORT int cusolverDn##X##name(                                                                                                      \
      void *pointer, int part, int n, uint64_t a, int lda, uint64_t workspace, int size, uint64_t status) {                            \
    ENTER_HANDLE(pointer)                                                                                                              \
    return start(handle, run_##name, sizeof(real), __func__, part, n, a, lda, workspace, size, status);                                \
  }

EXPORT_CHOLESKY(S, float, potrf)
EXPORT_CHOLESKY(D, double, potrf)
EXPORT_CHOLESKY(S, float, potri)
EXPORT_CHOLESKY(D, double, potri)
