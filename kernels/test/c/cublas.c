/*
 * Stand-in of cuBLAS: handles, gemm, syrk and syrkx. For tests of our own logic; computes on the CPU and says nothing about NVIDIA's library.
 * Stricter than that one: a thread needs a current context, and the one of the handle; arguments and results must lie in live device memory
 * and apart from each other. Such a fault breaks the context, as one inside a kernel does.
 */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

/* Codes of cublasStatus_t. */
enum {
  SUCCESS = 0,
  NOT_INITIALIZED = 1,
  INVALID_VALUE = 7,
  EXECUTION_FAILED = 13,
};

enum { TO_HOST_POINTERS = 0, TO_DEVICE_POINTERS = 1 };

enum part { LOWER = 0, UPPER = 1, ALL };

struct product {
  enum part part;
  int transpose_a;
  int transpose_b;
  int64_t m;
  int64_t n;
  int64_t k;
  struct standin_matrix a;
  struct standin_matrix b;
  struct standin_matrix c;
  double alpha;
  double beta;
  /* Where the factors lie in device memory, or 0. */
  uint64_t alpha_address;
  uint64_t beta_address;
  const char *function;
};

#define REAL double
#define NAME(x) x##_of_doubles
#include "products.h"
#undef REAL
#undef NAME
#define REAL float
#define NAME(x) x##_of_floats
#include "products.h"
#undef REAL
#undef NAME

static double read_factor(const void *address, size_t element) {
  return element == sizeof(double) ? *(const double *)address : (double)*(const float *)address;
}

/* Replaces a factor in device memory by its value; 0 if it could be read. */
static int load_factor(struct standin_context *context, const struct product *p, uint64_t address, double *value) {
  if (address == 0) {
    return 0;
  }
  const struct standin_matrix one = {address, 1, 1, 1, p->c.element};
  const int code = standin_check(context, p->function, &one);
  if (code == 0) {
    *value = read_factor((const void *)(uintptr_t)address, p->c.element);
  }
  return code;
}

static int check_matrices(struct standin_context *context, const struct product *p) {
  int code = standin_check(context, p->function, &p->c);
  if (code == 0 && p->alpha != 0) {
    code = standin_check(context, p->function, &p->a);
    code = code != 0 ? code : standin_check(context, p->function, &p->b);
    code = code != 0 ? code : standin_check_apart(p->function, &p->c, &p->a);
    code = code != 0 ? code : standin_check_apart(p->function, &p->c, &p->b);
  }
  return code;
}

/* The first entry, as if a kernel had a mistake. */
static void spoil(const struct product *p) {
  void *first = (void *)(uintptr_t)p->c.address;
  if (p->c.element == sizeof(double)) {
    *(double *)first *= 1.001;
  } else {
    *(float *)first *= 1.001f;
  }
}

static int run_product(struct standin_context *context, void *arguments) {
  struct product *p = arguments;
  int code = load_factor(context, p, p->alpha_address, &p->alpha);
  code = code != 0 ? code : load_factor(context, p, p->beta_address, &p->beta);
  code = code != 0 ? code : check_matrices(context, p);
  if (code != 0) {
    return code;
  }
  if (p->c.element == sizeof(double)) {
    multiply_of_doubles(p);
  } else {
    multiply_of_floats(p);
  }
  if (p->part != ALL && standin_setting(SYRK) == WRONG) {
    spoil(p);
  }
  return 0;
}

/* SUCCESS if the calling thread can use the handle. */
static int state_of(const struct standin_handle *handle) {
  if (handle == NULL) {
    return NOT_INITIALIZED;
  }
  const int state = standin_context_state();
  if (state == CUDA_ERROR_INVALID_CONTEXT || state == CUDA_ERROR_NOT_INITIALIZED) {
    return NOT_INITIALIZED;
  }
  if (state == 0 && handle->context != standin_current()) {
    standin_complain("cuBLAS: the handle is of another context than the current one");
    return EXECUTION_FAILED;
  }
  return state == 0 ? SUCCESS : EXECUTION_FAILED;
}

#define ENTER_HANDLE(pointer)                                                     \
  ENTER()                                                                         \
  struct standin_handle *handle = standin_handle(CUBLAS_HANDLE, pointer);         \
  const int state = state_of(handle);                                             \
  if (state != SUCCESS) {                                                         \
    return state;                                                                 \
  }

/* Sets the factors and puts the product into the handle's stream. */
static int start(const struct standin_handle *handle, struct product *p, const void *alpha, const void *beta) {
  if (alpha == NULL || beta == NULL) {
    return INVALID_VALUE;
  }
  if (p->m == 0 || p->n == 0) {
    return SUCCESS;
  }
  if (handle->pointer_mode == TO_DEVICE_POINTERS) {
    p->alpha_address = (uintptr_t)alpha;
    p->beta_address = (uintptr_t)beta;
  } else {
    p->alpha = read_factor(alpha, p->c.element);
    p->beta = read_factor(beta, p->c.element);
  }
  struct standin_stream *stream = standin_stream(handle->context, handle->stream);
  if (stream == NULL) {
    standin_complain("%s: the handle's stream was destroyed", p->function);
    return EXECUTION_FAILED;
  }
  standin_enqueue(stream, run_product, p, sizeof *p);
  return SUCCESS;
}

static int64_t at_least_one(int64_t n) {
  return n > 1 ? n : 1;
}

/* The argument of op(X) with the given size, or a matrix with stride 0 if the leading dimension is too small. */
static struct standin_matrix argument(const void *x, int transpose, int64_t rows, int64_t columns, int ld, size_t element) {
  const int64_t stored_rows = transpose ? columns : rows;
  const int64_t stored_columns = transpose ? rows : columns;
  return (struct standin_matrix){(uintptr_t)x, stored_rows, stored_columns, ld < at_least_one(stored_rows) ? 0 : ld, element};
}

/* cublasOperation_t: N 0, T 1, C 2, which is T for real matrices. */
static int is_operation(int operation) {
  return operation >= 0 && operation <= 2;
}

static int gemm(
    const struct standin_handle *handle, size_t element, const char *function, int transa, int transb, int m, int n, int k,
    const void *alpha, const void *a, int lda, const void *b, int ldb, const void *beta, void *c, int ldc) {
  if (!is_operation(transa) || !is_operation(transb) || m < 0 || n < 0 || k < 0) {
    return INVALID_VALUE;
  }
  struct product p = {.part = ALL, .transpose_a = transa != 0, .transpose_b = transb != 0, .m = m, .n = n, .k = k, .function = function};
  p.a = argument(a, p.transpose_a, m, k, lda, element);
  p.b = argument(b, p.transpose_b, k, n, ldb, element);
  p.c = argument(c, 0, m, n, ldc, element);
  return p.a.stride == 0 || p.b.stride == 0 || p.c.stride == 0 ? INVALID_VALUE : start(handle, &p, alpha, beta);
}

/* syrkx; syrk is that of twice the same matrix. */
static int syrkx(
    const struct standin_handle *handle, size_t element, const char *function, int uplo, int trans, int n, int k, const void *alpha,
    const void *a, int lda, const void *b, int ldb, const void *beta, void *c, int ldc) {
  if ((uplo != LOWER && uplo != UPPER) || !is_operation(trans) || n < 0 || k < 0) {
    return INVALID_VALUE;
  }
  struct product p = {
      .part = (enum part)uplo, .transpose_a = trans != 0, .transpose_b = trans == 0, .m = n, .n = n, .k = k, .function = function};
  p.a = argument(a, p.transpose_a, n, k, lda, element);
  p.b = argument(b, p.transpose_a, n, k, ldb, element);
  p.c = argument(c, 0, n, n, ldc, element);
  return p.a.stride == 0 || p.b.stride == 0 || p.c.stride == 0 ? INVALID_VALUE : start(handle, &p, alpha, beta);
}

#define EXPORT_GEMM(name, real)                                                                                                      \
  EXPORT int name(                                                                                                                   \
      void *pointer, int transa, int transb, int m, int n, int k, const real *alpha, const real *a, int lda, const real *b, int ldb, \
      const real *beta, real *c, int ldc) {                                                                                          \
    ENTER_HANDLE(pointer)                                                                                                            \
    return gemm(handle, sizeof(real), __func__, transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);                       \
  }

#define EXPORT_SYRK(name, real)                                                                                                     \
  EXPORT int name(                                                                                                                  \
      void *pointer, int uplo, int trans, int n, int k, const real *alpha, const real *a, int lda, const real *beta, real *c,      \
      int ldc) {                                                                                                                    \
    ENTER_HANDLE(pointer)                                                                                                           \
    return syrkx(handle, sizeof(real), __func__, uplo, trans, n, k, alpha, a, lda, a, lda, beta, c, ldc);                           \
  }

#define EXPORT_SYRKX(name, real)                                                                                                    \
  EXPORT int name(                                                                                                                  \
      void *pointer, int uplo, int trans, int n, int k, const real *alpha, const real *a, int lda, const real *b, int ldb,         \
      const real *beta, real *c, int ldc) {                                                                                         \
    ENTER_HANDLE(pointer)                                                                                                           \
    return syrkx(handle, sizeof(real), __func__, uplo, trans, n, k, alpha, a, lda, b, ldb, beta, c, ldc);                           \
  }

EXPORT_GEMM(cublasSgemm_v2, float)
EXPORT_GEMM(cublasDgemm_v2, double)
EXPORT_SYRK(cublasSsyrk_v2, float)
EXPORT_SYRK(cublasDsyrk_v2, double)
EXPORT_SYRKX(cublasSsyrkx, float)
EXPORT_SYRKX(cublasDsyrkx, double)

EXPORT int cublasCreate_v2(struct standin_handle **result) {
  ENTER()
  if (result == NULL) {
    return INVALID_VALUE;
  }
  if (standin_context_state() != 0) {
    return NOT_INITIALIZED;
  }
  *result = standin_handle_create(CUBLAS_HANDLE);
  return SUCCESS;
}

/* Waits for the context, as the documentation says. */
EXPORT int cublasDestroy_v2(void *pointer) {
  ENTER()
  struct standin_handle *handle = standin_handle(CUBLAS_HANDLE, pointer);
  if (handle == NULL) {
    return NOT_INITIALIZED;
  }
  standin_drain(handle->context);
  standin_handle_destroy(handle);
  return SUCCESS;
}

EXPORT int cublasSetStream_v2(void *pointer, void *stream) {
  ENTER_HANDLE(pointer)
  if (standin_stream(handle->context, stream) == NULL) {
    standin_complain("cublasSetStream: no stream of the handle's context");
    return INVALID_VALUE;
  }
  handle->stream = stream;
  return SUCCESS;
}

/* Default 0, pedantic 2, TF32 3, and 16 for no reduction in a narrower type; 1 is deprecated. TF32 is only remembered. */
EXPORT int cublasSetMathMode(void *pointer, int mode) {
  ENTER_HANDLE(pointer)
  if ((mode & ~16) < 0 || (mode & ~16) > 3) {
    return INVALID_VALUE;
  }
  handle->math_mode = mode;
  return SUCCESS;
}

EXPORT int cublasGetMathMode(void *pointer, int *mode) {
  ENTER_HANDLE(pointer)
  *mode = handle->math_mode;
  return SUCCESS;
}

EXPORT int cublasSetAtomicsMode(void *pointer, int mode) {
  ENTER_HANDLE(pointer)
  if (mode != 0 && mode != 1) {
    return INVALID_VALUE;
  }
  handle->atomics_mode = mode;
  return SUCCESS;
}

EXPORT int cublasGetAtomicsMode(void *pointer, int *mode) {
  ENTER_HANDLE(pointer)
  *mode = handle->atomics_mode;
  return SUCCESS;
}

EXPORT int cublasSetPointerMode_v2(void *pointer, int mode) {
  ENTER_HANDLE(pointer)
  if (mode != TO_HOST_POINTERS && mode != TO_DEVICE_POINTERS) {
    return INVALID_VALUE;
  }
  handle->pointer_mode = mode;
  return SUCCESS;
}

EXPORT int cublasGetVersion_v2(void *pointer, int *version) {
  ENTER_HANDLE(pointer)
  *version = STANDIN_CUDA * 10000;
  return SUCCESS;
}
