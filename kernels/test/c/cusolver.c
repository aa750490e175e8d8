/*
 * Stand-in of cuSOLVER: handles, and what its routines have in common. For tests of our own logic; computes on the CPU and says nothing
 * about NVIDIA's library. All routines compute in double and round their results, so that float results are better than any GPU's.
 * Stricter than that library: a thread needs a current context, and the one of the handle; what the routines are given must lie in live
 * device memory and apart from each other, else the context breaks as by a fault inside a kernel. Workspaces and destroyed arguments come
 * back full of NaN.
 */
#include "cusolver.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

int cusolver_state(const struct standin_handle *handle) {
  if (handle == NULL) {
    return NOT_INITIALIZED;
  }
  const int state = standin_context_state();
  if (state == CUDA_ERROR_INVALID_CONTEXT || state == CUDA_ERROR_NOT_INITIALIZED) {
    return NOT_INITIALIZED;
  }
  if (state == 0 && handle->context != standin_current()) {
    standin_complain("cuSOLVER: the handle is of another context than the current one");
    return EXECUTION_FAILED;
  }
  return state == 0 ? SUCCESS : EXECUTION_FAILED;
}

struct standin_matrix matrix(uint64_t address, int64_t rows, int64_t columns, int64_t ld, size_t element) {
  return (struct standin_matrix){address, rows, columns, ld, element};
}

struct standin_matrix vector(uint64_t address, int64_t length, size_t element) {
  return matrix(address, length, 1, length, element);
}

int good_stride(int ld, int rows) {
  return ld >= (rows > 1 ? rows : 1);
}

int report_size(int64_t size, int *result) {
  if (result == NULL || size > INT_MAX) {
    return INVALID_VALUE;
  }
  *result = (int)size;
  return SUCCESS;
}

struct routine routine(const char *function, uint64_t workspace, int size, size_t element, uint64_t status, int count) {
  return (struct routine){function, vector(workspace, size, element), vector(status, count, sizeof(int))};
}

int put_into_stream(const struct standin_handle *handle, standin_operation run, const void *arguments, size_t bytes, const char *function) {
  struct standin_stream *stream = standin_stream(handle->context, handle->stream);
  if (stream == NULL) {
    standin_complain("%s: the handle's stream was destroyed", function);
    return EXECUTION_FAILED;
  }
  if (standin_is_recording(stream)) { /* some routines can be recorded, but nobody says which */
    return EXECUTION_FAILED;
  }
  standin_enqueue(stream, run, arguments, bytes);
  return SUCCESS;
}

int check_routine(struct standin_context *context, const struct routine *routine, const struct standin_matrix *const *matrices, int count) {
  int code = standin_check(context, routine->function, &routine->workspace);
  code = code != 0 ? code : standin_check(context, routine->function, &routine->status);
  for (int i = 0; i < count && code == 0; i++) {
    code = standin_check(context, routine->function, matrices[i]);
    code = code != 0 ? code : standin_check_apart(routine->function, &routine->workspace, matrices[i]);
    code = code != 0 ? code : standin_check_apart(routine->function, &routine->status, matrices[i]);
    for (int j = 0; j < i && code == 0; j++) {
      code = standin_check_apart(routine->function, matrices[i], matrices[j]);
    }
  }
  return code;
}

void spoil(const struct standin_matrix *matrix) {
  unsigned char *column = (unsigned char *)(uintptr_t)matrix->address;
  for (int64_t j = 0; j < matrix->columns; j++) {
    memset(column + (size_t)(j * matrix->stride) * matrix->element, 0xFF, (size_t)matrix->rows * matrix->element);
  }
}

void write_status(const struct routine *routine, int index, int status) {
  const struct standin_matrix one = vector(routine->status.address + (uint64_t)index * sizeof(int), 1, sizeof(int));
  *(int *)(uintptr_t)one.address = status;
  standin_written(&one);
}

double *new_doubles(int64_t count) {
  double *memory = calloc((size_t)count + 1, sizeof(double));
  if (memory == NULL) {
    abort();
  }
  return memory;
}

double *load(const struct standin_matrix *from) {
  double *to = new_doubles(from->rows * from->columns);
  const double *doubles = (const double *)(uintptr_t)from->address;
  const float *floats = (const float *)(uintptr_t)from->address;
  for (int64_t j = 0; j < from->columns; j++) {
    for (int64_t i = 0; i < from->rows; i++) {
      const int64_t index = i + j * from->stride;
      to[i + j * from->rows] = from->element == sizeof(double) ? doubles[index] : floats[index];
    }
  }
  return to;
}

void store(const double *from, const struct standin_matrix *to) {
  for (int64_t j = 0; j < to->columns; j++) {
    for (int64_t i = 0; i < to->rows; i++) {
      const int64_t index = i + j * to->stride;
      if (to->element == sizeof(double)) {
        ((double *)(uintptr_t)to->address)[index] = from[i + j * to->rows];
      } else {
        ((float *)(uintptr_t)to->address)[index] = (float)from[i + j * to->rows];
      }
    }
  }
  standin_written(to);
}

double *transposed(const double *a, int64_t rows, int64_t columns) {
  double *result = new_doubles(rows * columns);
  for (int64_t j = 0; j < columns; j++) {
    for (int64_t i = 0; i < rows; i++) {
      result[j + i * columns] = a[i + j * rows];
    }
  }
  return result;
}

EXPORT int cusolverDnCreate(struct standin_handle **result) {
  ENTER()
  if (result == NULL) {
    return INVALID_VALUE;
  }
  if (standin_context_state() != 0) {
    return NOT_INITIALIZED;
  }
  *result = standin_handle_create(CUSOLVER_HANDLE);
  return SUCCESS;
}

EXPORT int cusolverDnDestroy(void *pointer) {
  ENTER()
  struct standin_handle *handle = standin_handle(CUSOLVER_HANDLE, pointer);
  if (handle == NULL) {
    return NOT_INITIALIZED;
  }
  standin_drain(handle->context);
  standin_handle_destroy(handle);
  return SUCCESS;
}

EXPORT int cusolverDnSetStream(void *pointer, void *stream) {
  ENTER_HANDLE(pointer)
  if (standin_stream(handle->context, stream) == NULL) {
    standin_complain("cusolverDnSetStream: no stream of the handle's context");
    return INVALID_VALUE;
  }
  handle->stream = stream;
  return SUCCESS;
}
