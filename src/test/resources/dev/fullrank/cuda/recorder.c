/*
 * Libraries with the names of CUDA's that compute nothing: each function prints its name and its arguments. Built by RecordingCuda with
 * one of DRIVER, BLAS, SOLVER, MG defined.
 *
 *   RECORDER_FAILS=name:code,name:code   functions that return these codes
 *   RECORDER_IS_SILENT=1                 nothing is printed
 *   RECORDER_VERSION=11040               the CUDA version of the driver; 13000 otherwise
 *   RECORDER_DEVICES=0                   the number of devices; 2 otherwise
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void *handle;
typedef uint64_t address;

static int number(const char *variable, int otherwise) {
  const char *text = getenv(variable);
  return text ? atoi(text) : otherwise;
}

static int code(const char *function) {
  const char *fails = getenv("RECORDER_FAILS");
  size_t length = strlen(function);
  for (const char *at = fails; at && (at = strstr(at, function)); at += length) {
    if ((at == fails || at[-1] == ',') && at[length] == ':') return atoi(at + length + 1);
  }
  return 0;
}

static int record(const char *function, const char *format, ...) {
  static int silent = -1;
  if (silent < 0) silent = number("RECORDER_IS_SILENT", 0);
  if (!silent) {
    va_list arguments;
    va_start(arguments, format);
    printf(*format ? "%s " : "%s", function);
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
  }
  return silent && !getenv("RECORDER_FAILS") ? 0 : code(function);
}

#define RECORD(...) record(__func__, __VA_ARGS__)
#define NEW(target, value) do { int error_ = RECORD(""); if (!error_) *(target) = (value); return error_; } while (0)

#ifdef DRIVER
int cuInit(unsigned flags) { return RECORD("%u", flags); }
int cuDriverGetVersion(int *version) { NEW(version, number("RECORDER_VERSION", 13000)); }
int cuDeviceGetCount(int *count) { NEW(count, number("RECORDER_DEVICES", 2)); }
int cuGetErrorName(int error, const char **name) { *name = "CUDA_ERROR_OF_THE_RECORDER"; return 0; }
int cuDeviceGet(int *device, int ordinal) { NEW(device, ordinal); }
int cuDeviceGetName(char *name, int size, int device) {
  snprintf(name, size, "Recorder %d", device);
  return RECORD("%d %d", size, device);
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 8 : attribute == 76 ? 6 : attribute == 16 ? 84 : attribute == 97 ? 99 << 10 : -1;
  return RECORD("%d %d", attribute, device);
}
int cuDeviceTotalMem_v2(size_t *bytes, int device) { NEW(bytes, 51ull << 30); }
int cuDevicePrimaryCtxRetain(handle *context, int device) { NEW(context, (handle)0xC0); }
int cuDevicePrimaryCtxRelease_v2(int device) { return RECORD("%d", device); }
int cuCtxSetCurrent(handle context) { return RECORD("%p", context); }
int cuModuleLoadData(handle *module, const char *image) {
  *module = (handle)0xAD;
  return RECORD("%s", image);
}
int cuModuleGetFunction(handle *function, handle module, const char *name) {
  *function = (handle)0xF0;
  return RECORD("%p %s", module, name);
}
int cuFuncSetAttribute(handle function, int attribute, int value) { return RECORD("%p %d %d", function, attribute, value); }
int cuMemAlloc_v2(address *memory, size_t bytes) {
  *memory = 0xD000;
  return RECORD("%zu", bytes);
}
int cuMemFree_v2(address memory) { return RECORD("%#lx", memory); }
int cuMemHostAlloc(handle *memory, size_t bytes, unsigned flags) {
  *memory = calloc(1, bytes);
  return RECORD("%zu %u", bytes, flags);
}
int cuMemFreeHost(handle memory) {
  free(memory);
  return RECORD("");
}
int cuMemGetInfo_v2(size_t *free, size_t *total) {
  *free = 17;
  *total = 19;
  return RECORD("");
}
int cuStreamCreate(handle *stream, unsigned flags) {
  static long created;
  *stream = (handle)(0x57 + created++);
  return RECORD("%u", flags);
}
int cuStreamDestroy_v2(handle stream) { return RECORD("%p", stream); }
int cuStreamWaitEvent(handle stream, handle event, unsigned flags) { return RECORD("%p %p %u", stream, event, flags); }
int cuEventCreate(handle *event, unsigned flags) {
  static long created;
  *event = (handle)(0xE7 + created++);
  return RECORD("%u", flags);
}
int cuEventDestroy_v2(handle event) { return RECORD("%p", event); }
int cuEventRecord(handle event, handle stream) { return RECORD("%p %p", event, stream); }
int cuEventSynchronize(handle event) { return RECORD("%p", event); }
int cuStreamBeginCapture_v2(handle stream, int mode) { return RECORD("%p %d", stream, mode); }
int cuStreamEndCapture(handle stream, handle *graph) {
  *graph = (handle)0x6A;
  return RECORD("%p", stream);
}
int cuGraphInstantiateWithFlags(handle *executable, handle graph, unsigned long long flags) {
  *executable = (handle)0x6E;
  return RECORD("%p %llu", graph, flags);
}
int cuGraphLaunch(handle executable, handle stream) { return RECORD("%p %p", executable, stream); }
int cuGraphDestroy(handle graph) { return RECORD("%p", graph); }
int cuGraphExecDestroy(handle executable) { return RECORD("%p", executable); }
int cuStreamSynchronize(handle stream) { return RECORD("%p", stream); }
int cuMemcpyHtoDAsync_v2(address to, handle from, size_t bytes, handle stream) {
  return RECORD("%#lx %p %zu %p", to, from, bytes, stream);
}
int cuMemcpyDtoHAsync_v2(handle to, address from, size_t bytes, handle stream) {
  return RECORD("%p %#lx %zu %p", to, from, bytes, stream);
}
int cuMemcpyDtoDAsync_v2(address to, address from, size_t bytes, handle stream) {
  return RECORD("%#lx %#lx %zu %p", to, from, bytes, stream);
}
int cuMemsetD8Async(address memory, unsigned char value, size_t bytes, handle stream) {
  return RECORD("%#lx %u %zu %p", memory, value, bytes, stream);
}
int cuLaunchKernel(handle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   handle stream, void **parameters, void **extra) {
  return RECORD("%p %u %u %u %u %u %u %u %p %ld %ld %p", function, gx, gy, gz, bx, by, bz, shared, stream, *(long *)parameters[0],
                *(long *)parameters[1], extra);
}
#endif

#ifdef BLAS
int cublasCreate_v2(handle *blas) { NEW(blas, (handle)0xB1); }
int cublasDestroy_v2(handle blas) { return RECORD("%p", blas); }
int cublasSetStream_v2(handle blas, handle stream) { return RECORD("%p %p", blas, stream); }
int cublasSetMathMode(handle blas, int mode) { return RECORD("%p %d", blas, mode); }
int cublasSetAtomicsMode(handle blas, int mode) { return RECORD("%p %d", blas, mode); }
#define GEMM(name, type)                                                                                                                \
  int name(handle blas, int opA, int opB, int m, int n, int k, const type *alpha, handle a, int lda, handle b, int ldb,                 \
           const type *beta, handle c, int ldc) {                                                                                       \
    return RECORD("%p %d %d %d %d %d %g %p %d %p %d %g %p %d", blas, opA, opB, m, n, k, *alpha, a, lda, b, ldb, *beta, c, ldc);         \
  }
GEMM(cublasSgemm_v2, float)
GEMM(cublasDgemm_v2, double)
#define SYRK(name, type)                                                                                                                \
  int name(handle blas, int part, int op, int n, int k, const type *alpha, handle a, int lda, const type *beta, handle c, int ldc) {    \
    return RECORD("%p %d %d %d %d %g %p %d %g %p %d", blas, part, op, n, k, *alpha, a, lda, *beta, c, ldc);                             \
  }
SYRK(cublasSsyrk_v2, float)
SYRK(cublasDsyrk_v2, double)
#endif

#ifdef SOLVER
static long created;
int cusolverDnCreate(handle *solver) { NEW(solver, (handle)0x50); }
int cusolverDnDestroy(handle solver) { return RECORD("%p", solver); }
int cusolverDnSetStream(handle solver, handle stream) { return RECORD("%p %p", solver, stream); }
int cusolverDnCreateGesvdjInfo(handle *settings) { NEW(settings, (handle)(0x61 + created++)); }
int cusolverDnDestroyGesvdjInfo(handle settings) { return RECORD("%p", settings); }
int cusolverDnXgesvdjSetTolerance(handle settings, double tolerance) { return RECORD("%p %a", settings, tolerance); }
int cusolverDnXgesvdjSetMaxSweeps(handle settings, int sweeps) { return RECORD("%p %d", settings, sweeps); }
int cusolverDnXgesvdjSetSortEig(handle settings, int sorted) { return RECORD("%p %d", settings, sorted); }
#define ROUTINES(T)                                                                                                                     \
  int cusolverDn##T##geqrf_bufferSize(handle s, int m, int n, handle a, int lda, int *size) {                                           \
    *size = 11;                                                                                                                         \
    return RECORD("%p %d %d %p %d", s, m, n, a, lda);                                                                                   \
  }                                                                                                                                     \
  int cusolverDn##T##geqrf(handle s, int m, int n, handle a, int lda, handle tau, handle work, int size, handle info) {                 \
    return RECORD("%p %d %d %p %d %p %p %d %p", s, m, n, a, lda, tau, work, size, info);                                                \
  }                                                                                                                                     \
  int cusolverDn##T##ormqr_bufferSize(handle s, int side, int op, int m, int n, int k, handle a, int lda, handle tau, handle c,         \
                                      int ldc, int *size) {                                                                             \
    *size = 12;                                                                                                                         \
    return RECORD("%p %d %d %d %d %d %p %d %d", s, side, op, m, n, k, a, lda, ldc);                                                     \
  }                                                                                                                                     \
  int cusolverDn##T##ormqr(handle s, int side, int op, int m, int n, int k, handle a, int lda, handle tau, handle c, int ldc,           \
                           handle work, int size, handle info) {                                                                        \
    return RECORD("%p %d %d %d %d %d %p %d %p %p %d %p %d %p", s, side, op, m, n, k, a, lda, tau, c, ldc, work, size, info);            \
  }                                                                                                                                     \
  int cusolverDn##T##potrf_bufferSize(handle s, int part, int n, handle a, int lda, int *size) {                                        \
    *size = 16;                                                                                                                         \
    return RECORD("%p %d %d %p %d", s, part, n, a, lda);                                                                                \
  }                                                                                                                                     \
  int cusolverDn##T##potri_bufferSize(handle s, int part, int n, handle a, int lda, int *size) {                                        \
    *size = 17;                                                                                                                         \
    return RECORD("%p %d %d %p %d", s, part, n, a, lda);                                                                                \
  }                                                                                                                                     \
  int cusolverDn##T##potrf(handle s, int part, int n, handle a, int lda, handle work, int size, handle info) {                          \
    return RECORD("%p %d %d %p %d %p %d %p", s, part, n, a, lda, work, size, info);                                                     \
  }                                                                                                                                     \
  int cusolverDn##T##potri(handle s, int part, int n, handle a, int lda, handle work, int size, handle info) {                          \
    return RECORD("%p %d %d %p %d %p %d %p", s, part, n, a, lda, work, size, info);                                                     \
  }                                                                                                                                     \
  int cusolverDn##T##syevd_bufferSize(handle s, int vectors, int part, int n, handle a, int lda, handle lambda, int *size) {            \
    *size = 18;                                                                                                                         \
    return RECORD("%p %d %d %d %p %d %p", s, vectors, part, n, a, lda, lambda);                                                         \
  }                                                                                                                                     \
  int cusolverDn##T##syevd(handle s, int vectors, int part, int n, handle a, int lda, handle lambda, handle work, int size,             \
                           handle info) {                                                                                               \
    return RECORD("%p %d %d %d %p %d %p %p %d %p", s, vectors, part, n, a, lda, lambda, work, size, info);                              \
  }                                                                                                                                     \
  int cusolverDn##T##gesvdj_bufferSize(handle s, int vectors, int economy, int m, int n, handle a, int lda, handle sigma, handle u,     \
                                       int ldu, handle v, int ldv, int *size, handle settings) {                                        \
    *size = 13;                                                                                                                         \
    return RECORD("%p %d %d %d %d %p %d %p %p %d %p %d %p", s, vectors, economy, m, n, a, lda, sigma, u, ldu, v, ldv, settings);        \
  }                                                                                                                                     \
  int cusolverDn##T##gesvdj(handle s, int vectors, int economy, int m, int n, handle a, int lda, handle sigma, handle u, int ldu,       \
                            handle v, int ldv, handle work, int size, handle info, handle settings) {                                   \
    return RECORD("%p %d %d %d %d %p %d %p %p %d %p %d %p %d %p %p", s, vectors, economy, m, n, a, lda, sigma, u, ldu, v, ldv, work,    \
                  size, info, settings);                                                                                                \
  }                                                                                                                                     \
  int cusolverDn##T##gesvd_bufferSize(handle s, int m, int n, int *size) {                                                              \
    *size = 14;                                                                                                                         \
    return RECORD("%p %d %d", s, m, n);                                                                                                 \
  }                                                                                                                                     \
  int cusolverDn##T##gesvd(handle s, char left, char right, int m, int n, handle a, int lda, handle sigma, handle u, int ldu,           \
                           handle vt, int ldvt, handle work, int size, handle unconverged, handle info) {                               \
    return RECORD("%p %c %c %d %d %p %d %p %p %d %p %d %p %d %p %p", s, left, right, m, n, a, lda, sigma, u, ldu, vt, ldvt, work, size, \
                  unconverged, info);                                                                                                   \
  }                                                                                                                                     \
  int cusolverDn##T##gesvdjBatched_bufferSize(handle s, int vectors, int m, int n, handle a, int lda, handle sigma, handle u, int ldu,  \
                                              handle v, int ldv, int *size, handle settings, int count) {                               \
    *size = 15;                                                                                                                         \
    return RECORD("%p %d %d %d %p %d %p %p %d %p %d %p %d", s, vectors, m, n, a, lda, sigma, u, ldu, v, ldv, settings, count);          \
  }                                                                                                                                     \
  int cusolverDn##T##gesvdjBatched(handle s, int vectors, int m, int n, handle a, int lda, handle sigma, handle u, int ldu, handle v,   \
                                   int ldv, handle work, int size, handle info, handle settings, int count) {                           \
    return RECORD("%p %d %d %d %p %d %p %p %d %p %d %p %d %p %p %d", s, vectors, m, n, a, lda, sigma, u, ldu, v, ldv, work, size, info, \
                  settings, count);                                                                                                     \
  }
ROUTINES(S)
ROUTINES(D)
#endif

#ifdef MG
int cusolverMgCreate(handle *solver) { return 1; }
#endif
