/* Stand-in of cuSOLVER: the parameters of gesvdj; see cusolver.c for what it is. */
#include "cusolver.h"

EXPORT int cusolverDnCreateGesvdjInfo(struct standin_handle **result) {
  ENTER()
  if (result == NULL) {
    return INVALID_VALUE;
  }
  *result = standin_handle_create(GESVDJ_INFO);
  return SUCCESS;
}

#define ENTER_PARAMETERS(pointer)                                              \
  ENTER()                                                                      \
  struct standin_handle *parameters = standin_handle(GESVDJ_INFO, pointer);    \
  if (parameters == NULL) {                                                    \
    return INVALID_VALUE;                                                      \
  }

EXPORT int cusolverDnDestroyGesvdjInfo(void *pointer) {
  ENTER_PARAMETERS(pointer)
  standin_handle_destroy(parameters);
  return SUCCESS;
}

EXPORT int cusolverDnXgesvdjSetTolerance(void *pointer, double tolerance) {
  ENTER_PARAMETERS(pointer)
  parameters->tolerance = tolerance;
  return SUCCESS;
}

EXPORT int cusolverDnXgesvdjSetMaxSweeps(void *pointer, int sweeps) {
  ENTER_PARAMETERS(pointer)
  parameters->most_sweeps = sweeps;
  return SUCCESS;
}

EXPORT int cusolverDnXgesvdjSetSortEig(void *pointer, int sort) {
  ENTER_PARAMETERS(pointer)
  parameters->sort = sort != 0;
  return SUCCESS;
}

EXPORT int cusolverDnXgesvdjGetSweeps(void *handle, void *pointer, int *sweeps) {
  ENTER_PARAMETERS(pointer)
  (void)handle;
  *sweeps = parameters->sweeps;
  return SUCCESS;
}

EXPORT int cusolverDnXgesvdjGetResidual(void *handle, void *pointer, double *residual) {
  ENTER_PARAMETERS(pointer)
  (void)handle;
  *residual = parameters->residual;
  return SUCCESS;
}
