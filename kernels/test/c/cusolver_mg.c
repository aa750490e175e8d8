/*
 * Stand-in of cuSOLVER's multi-GPU library, which JCuda's natives want to be there and nothing calls. For tests of our own logic; says
 * nothing about NVIDIA's library.
 */
#include "standin.h"

EXPORT int cusolverMgCreate(void **handle) {
  *handle = NULL;
  return CUDA_ERROR_NOT_SUPPORTED;
}
