/*
 * What the stand-in libraries share. For tests of our own logic: everything is computed on the CPU, and nothing here says anything
 * about NVIDIA's libraries. The driver (libcuda.so.1) holds all state; the stand-ins of cuBLAS and cuSOLVER call it through this header.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

/* Codes of the driver, as CUDA's documentation numbers them. */
enum {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_INVALID_VALUE = 1,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_NOT_INITIALIZED = 3,
  CUDA_ERROR_NO_DEVICE = 100,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_INVALID_IMAGE = 200,
  CUDA_ERROR_INVALID_CONTEXT = 201,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_INVALID_PTX = 218,
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
  CUDA_ERROR_INVALID_HANDLE = 400,
  CUDA_ERROR_NOT_FOUND = 500,
  CUDA_ERROR_NOT_READY = 600,
  CUDA_ERROR_ILLEGAL_ADDRESS = 700,
  CUDA_ERROR_CONTEXT_IS_DESTROYED = 709,
  CUDA_ERROR_MISALIGNED_ADDRESS = 716,
  CUDA_ERROR_LAUNCH_FAILED = 719,
  CUDA_ERROR_NOT_SUPPORTED = 801,
  CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
  CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
};

/* What tests can set, by name through standin_set or the variable FULLRANK_STANDIN; see settings.c. */
enum standin_setting {
  DEVICES, INIT, MEMORY, SHARED, DEFERRED, DRIVER, CAPABILITY, GESVDJ, GESVDJ_BATCHED, GESVD, NOISE, SYRK, SETTINGS
};

/* Values of GESVDJ, GESVDJ_BATCHED (where only the last matrix is affected) and GESVD; SYRK is right or, with WRONG, has a wrong first entry. */
enum standin_outcome {
  CONVERGES,     /* the decomposition, status 0 */
  NOT_CONVERGED, /* what one sweep gives, with a positive status: min(m, n) + 1 from gesvdj, 1 from gesvd */
  WRONG          /* finite garbage with status 0: the first singular vector of the shorter side is wrong */
};

/* One exported function: how often it was called. */
struct standin_call {
  const char *name;
  int64_t count;
  int listed;
  struct standin_call *next;
};

struct standin_context;
struct standin_stream;

/* Work in a stream. Returns 0, or the code with which it breaks the context. */
typedef int (*standin_operation)(struct standin_context *context, void *arguments);

/* A column-major matrix in device memory; element and stride as in BLAS, element size in bytes. */
struct standin_matrix {
  uint64_t address;
  int64_t rows;
  int64_t columns;
  int64_t stride;
  size_t element;
};

enum standin_kind { CUBLAS_HANDLE, CUSOLVER_HANDLE, GESVDJ_INFO };

/* A handle of cuBLAS or cuSOLVER, or the parameters of gesvdj. */
struct standin_handle {
  enum standin_kind kind;
  int alive;
  struct standin_context *context;
  void *stream;
  int math_mode;
  int atomics_mode;
  int pointer_mode;
  double tolerance;
  int most_sweeps;
  int sort;
  int sweeps;
  double residual;
  struct standin_handle *next;
};

/* Takes the lock, counts the call, and returns the code that a test wants from it, or 0. */
EXPORT int standin_begin(struct standin_call *call);

/* Gives the lock back; takes a pointer because it is run by the attribute cleanup. */
EXPORT void standin_end(const int *begun);

/* The first statement of every exported function: it holds the lock until it returns. */
#define ENTER()                                                                           \
  static struct standin_call this_call = {.name = __func__};                              \
  __attribute__((cleanup(standin_end))) const int injected = standin_begin(&this_call);   \
  if (injected != 0) {                                                                    \
    return injected;                                                                      \
  }

EXPORT int64_t standin_setting(enum standin_setting setting);

/* Keeps a sentence about wrong use for the test; the first one counts. */
EXPORT void standin_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The context of the calling thread, or null. */
EXPORT struct standin_context *standin_current(void);

/* 0, or why the calling thread can use no context: none is current, it was destroyed, or it is broken. */
EXPORT int standin_context_state(void);

/* The live stream behind a handle of the given context, or null; 0 and 1 are the legacy default stream. */
EXPORT struct standin_stream *standin_stream(struct standin_context *context, void *handle);

/* Puts work into a stream, which runs at once unless DEFERRED is set. The arguments are copied. */
/* Whether what is put into a stream is recorded instead of run. */
EXPORT int standin_is_recording(const struct standin_stream *stream);
EXPORT void standin_enqueue(struct standin_stream *stream, standin_operation run, const void *arguments, size_t bytes);

/* Runs everything that the context still has to do; 0 or the code that broke it. */
EXPORT int standin_drain(struct standin_context *context);

/* 0 if the matrix lies in live memory of the context and is aligned, else the code that a kernel would break the context with. */
EXPORT int standin_check(struct standin_context *context, const char *what, const struct standin_matrix *matrix);

/* 0 if writing one of them cannot change the other. */
EXPORT int standin_check_apart(const char *what, const struct standin_matrix *written, const struct standin_matrix *other);

/* Tells the launcher that these elements are initialised now. */
EXPORT void standin_written(const struct standin_matrix *matrix);

EXPORT struct standin_handle *standin_handle_create(enum standin_kind kind);

/* The live handle of that kind behind a pointer, or null. */
EXPORT struct standin_handle *standin_handle(enum standin_kind kind, const void *pointer);

EXPORT void standin_handle_destroy(struct standin_handle *handle);

#endif
