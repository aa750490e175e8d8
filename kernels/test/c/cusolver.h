/* What the files of the stand-in of cuSOLVER share; see cusolver.c for what it is. */
#ifndef CUSOLVER_H
#define CUSOLVER_H

#include "standin.h"

/* Codes of cusolverStatus_t. */
enum {
  SUCCESS = 0,
  NOT_INITIALIZED = 1,
  INVALID_VALUE = 3,
  EXECUTION_FAILED = 6,
  NOT_SUPPORTED = 9,
};

/* What every routine has. */
struct routine {
  const char *function;
  struct standin_matrix workspace;
  struct standin_matrix status; /* an int for each matrix */
};

int cusolver_state(const struct standin_handle *handle);

#define ENTER_HANDLE(pointer)                                                   \
  ENTER()                                                                       \
  struct standin_handle *handle = standin_handle(CUSOLVER_HANDLE, pointer);     \
  const int state = cusolver_state(handle);                                     \
  if (state != SUCCESS) {                                                       \
    return state;                                                               \
  }

struct standin_matrix matrix(uint64_t address, int64_t rows, int64_t columns, int64_t ld, size_t element);
struct standin_matrix vector(uint64_t address, int64_t length, size_t element);
int good_stride(int ld, int rows);

/* Writes the size of a workspace, or reports what does not fit into an int. */
int report_size(int64_t size, int *result);
struct routine routine(const char *function, uint64_t workspace, int size, size_t element, uint64_t status, int count);
int put_into_stream(const struct standin_handle *handle, standin_operation run, const void *arguments, size_t bytes, const char *function);

/* Checks what all routines have, then the given matrices; 0 or what breaks the context. */
int check_routine(struct standin_context *context, const struct routine *routine, const struct standin_matrix *const *matrices, int count);

/* Fills the workspace with NaN: nothing in it may be relied on. */
void spoil(const struct standin_matrix *matrix);
void write_status(const struct routine *routine, int index, int status);

/* Column-major without gaps, in double. The caller frees it. */
double *load(const struct standin_matrix *from);
void store(const double *from, const struct standin_matrix *to);
double *new_doubles(int64_t count);
double *transposed(const double *a, int64_t rows, int64_t columns);

/* A = Q·R as LAPACK's geqrf leaves it; min(m, n) factors in tau. */
void householder_factor(int64_t m, int64_t n, double *a, double *tau);

/* C := Q·C or Qᵀ·C for m×n C and k reflectors of m rows. */
void householder_multiply(int transpose, int64_t m, int64_t n, int64_t k, const double *a, const double *tau, double *c);

/* A one-sided Jacobi decomposition of a matrix with at least as many rows as columns. */
struct jacobi {
  int64_t rows;
  int64_t columns;
  double tolerance; /* of cosines between columns */
  int most_sweeps;
  int sort; /* in descending order */
  int sweeps;
  int converged;
  double residual; /* largest cosine of the last sweep */
};

/*
 * A = L·diag(σ)·Rᵀ, L with left_columns ≥ columns orthonormal columns, R square. On entry a is A, and it is destroyed; left, sigma and
 * right are overwritten.
 */
void jacobi_decompose(struct jacobi *jacobi, double *a, int64_t left_columns, double *left, double *sigma, double *right);

#endif
