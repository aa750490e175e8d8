/*
 * Stand-in driver: checks of the matrices that the libraries are given. For tests of our own logic; says nothing about NVIDIA's libraries,
 * which do not look at addresses: there the same mistakes break the context when the kernel runs, or go unnoticed.
 */
#include "driver.h"

/* Last byte of the extent of a matrix that has elements, plus one. */
static int64_t extent(const struct standin_matrix *matrix) {
  return ((matrix->columns - 1) * matrix->stride + matrix->rows) * (int64_t)matrix->element;
}

static int empty(const struct standin_matrix *matrix) {
  return matrix->rows == 0 || matrix->columns == 0;
}

EXPORT int standin_check(struct standin_context *context, const char *what, const struct standin_matrix *matrix) {
  if (empty(matrix)) {
    return CUDA_SUCCESS;
  }
  const char *fault = device_range_fault(context, matrix->address, extent(matrix));
  const unsigned long long address = matrix->address;
  if (fault != NULL) {
    standin_complain("%s: 0x%llx with %lld bytes %s", what, address, (long long)extent(matrix), fault);
    return CUDA_ERROR_ILLEGAL_ADDRESS;
  }
  if (matrix->address % matrix->element != 0) {
    standin_complain("%s: 0x%llx is not aligned to %zu bytes", what, address, matrix->element);
    return CUDA_ERROR_MISALIGNED_ADDRESS;
  }
  return CUDA_SUCCESS;
}

/* Extents that interleave are apart if both are windows of different rows of one larger matrix. */
static int apart(const struct standin_matrix *a, const struct standin_matrix *b) {
  if (empty(a) || empty(b) || a->address + (uint64_t)extent(a) <= b->address || b->address + (uint64_t)extent(b) <= a->address) {
    return 1;
  }
  if (a->stride != b->stride) {
    return 0;
  }
  const int64_t stride = a->stride * (int64_t)a->element;
  const int64_t remainder = (int64_t)(b->address - a->address) % stride;
  const int64_t from_a_to_b = remainder < 0 ? remainder + stride : remainder;
  return from_a_to_b >= a->rows * (int64_t)a->element && from_a_to_b + b->rows * (int64_t)b->element <= stride;
}

EXPORT int standin_check_apart(const char *what, const struct standin_matrix *written, const struct standin_matrix *other) {
  if (apart(written, other)) {
    return CUDA_SUCCESS;
  }
  standin_complain("%s: the result overlaps an argument", what);
  return CUDA_ERROR_ILLEGAL_ADDRESS;
}

EXPORT void standin_written(const struct standin_matrix *matrix) {
  if (launcher.written != NULL && !empty(matrix)) {
    const int64_t element = (int64_t)matrix->element;
    launcher.written(matrix->address, matrix->rows * element, matrix->stride * element, matrix->columns);
  }
}
