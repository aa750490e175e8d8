/*
 * Stand-in driver: devices, primary contexts, and the current context of each thread. For tests of our own logic; computes on the CPU and
 * says nothing about NVIDIA's libraries. Where CUDA would be lenient, this is strict: a context that was released is gone at once, and
 * one that broke stays broken until its last reference is given back.
 */
#include "driver.h"

#include <stdio.h>
#include <string.h>

enum { DEEPEST_STACK = 16 };

struct standin_context contexts[MOST_DEVICES];

static int was_initialised;
static __thread struct standin_context *current[DEEPEST_STACK];
static __thread int depth;

/* Faults after which a context is of no use, as the documentation of CUresult says. */
int breaks_context(int code) {
  switch (code) {
    case 214: /* uncorrectable ECC error */
    case 700: /* illegal address */
    case 702: /* launch timeout */
    case 710: /* assertion of a kernel */
    case 714: /* hardware stack error */
    case 715: /* illegal instruction */
    case 716: /* misaligned address */
    case 717: /* invalid address space */
    case 718: /* invalid program counter */
    case 719: /* launch failed */
      return 1;
    default:
      return 0;
  }
}

void break_context(struct standin_context *context, int code) {
  if (context->broken == 0) {
    context->broken = code;
  }
  drop_pending(context);
}

EXPORT struct standin_context *standin_current(void) {
  return depth == 0 ? NULL : current[depth - 1];
}

EXPORT int standin_context_state(void) {
  const struct standin_context *context = standin_current();
  if (context == NULL) {
    return was_initialised ? CUDA_ERROR_INVALID_CONTEXT : CUDA_ERROR_NOT_INITIALIZED;
  }
  return context->retained == 0 ? CUDA_ERROR_CONTEXT_IS_DESTROYED : context->broken;
}

EXPORT int cuInit(unsigned flags) {
  ENTER()
  const int wanted = (int)standin_setting(INIT);
  if (wanted != 0 || flags != 0) {
    return wanted != 0 ? wanted : CUDA_ERROR_INVALID_VALUE;
  }
  if (standin_setting(DEVICES) == 0) {
    return CUDA_ERROR_NO_DEVICE;
  }
  was_initialised = 1;
  return CUDA_SUCCESS;
}

EXPORT int cuDriverGetVersion(int *version) {
  ENTER()
  if (version == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *version = (int)standin_setting(DRIVER);
  return CUDA_SUCCESS;
}

/* Devices are there, or the code that says why not. */
#define ENTER_DEVICE(device)                                \
  ENTER()                                                   \
  if (!was_initialised) {                                   \
    return CUDA_ERROR_NOT_INITIALIZED;                      \
  }                                                         \
  if ((device) < 0 || (device) >= standin_setting(DEVICES)) { \
    return CUDA_ERROR_INVALID_DEVICE;                       \
  }

EXPORT int cuDeviceGetCount(int *number) {
  ENTER()
  if (!was_initialised) {
    return CUDA_ERROR_NOT_INITIALIZED;
  }
  if (number == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *number = (int)standin_setting(DEVICES);
  return CUDA_SUCCESS;
}

EXPORT int cuDeviceGet(int *device, int ordinal) {
  ENTER_DEVICE(ordinal)
  *device = ordinal;
  return CUDA_SUCCESS;
}

EXPORT int cuDeviceGetName(char *name, int length, int device) {
  ENTER_DEVICE(device)
  snprintf(name, (size_t)length, "Stand-in device %d, for tests", device);
  return CUDA_SUCCESS;
}

EXPORT int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  ENTER_DEVICE(device)
  *bytes = (size_t)standin_setting(MEMORY);
  return CUDA_SUCCESS;
}

/* The attributes that a launch or a choice of kernels may ask for; figures of a Hopper card except for the few multiprocessors. */
EXPORT int cuDeviceGetAttribute(int *value, int attribute, int device) {
  ENTER_DEVICE(device)
  switch (attribute) {
    case 1: /* threads per block */
    case 2: /* block x */
    case 3: /* block y */
      *value = 1024;
      return CUDA_SUCCESS;
    case 4: /* block z */
      *value = 64;
      return CUDA_SUCCESS;
    case 5: /* grid x */
      *value = INT32_MAX;
      return CUDA_SUCCESS;
    case 6: /* grid y */
    case 7: /* grid z */
      *value = UINT16_MAX;
      return CUDA_SUCCESS;
    case 8: /* shared memory per block without opting in */
      *value = 48 * 1024;
      return CUDA_SUCCESS;
    case 10: /* warp size */
      *value = 32;
      return CUDA_SUCCESS;
    case 11: /* pitch of two-dimensional copies */
      *value = INT32_MAX;
      return CUDA_SUCCESS;
    case 16: /* multiprocessors */
      *value = 2;
      return CUDA_SUCCESS;
    case 39: /* threads per multiprocessor */
      *value = 2048;
      return CUDA_SUCCESS;
    case 41: /* unified addressing */
      *value = 1;
      return CUDA_SUCCESS;
    case 75: /* compute capability, major */
      *value = (int)(standin_setting(CAPABILITY) / 10);
      return CUDA_SUCCESS;
    case 76: /* compute capability, minor */
      *value = (int)(standin_setting(CAPABILITY) % 10);
      return CUDA_SUCCESS;
    case 97: /* shared memory per block with opting in */
      *value = (int)standin_setting(SHARED);
      return CUDA_SUCCESS;
    default:
      standin_complain("cuDeviceGetAttribute: the stand-in has no attribute %d", attribute);
      return CUDA_ERROR_INVALID_VALUE;
  }
}

EXPORT int cuDevicePrimaryCtxRetain(struct standin_context **context, int device) {
  ENTER_DEVICE(device)
  if (context == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  struct standin_context *primary = &contexts[device];
  if (primary->broken != 0) {
    return primary->broken;
  }
  if (primary->retained == 0) {
    primary->device = device;
    primary->legacy.context = primary;
    primary->legacy.blocking = 1;
    primary->legacy.alive = 1;
  }
  primary->retained++;
  *context = primary;
  return CUDA_SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRelease_v2(int device) {
  ENTER_DEVICE(device)
  struct standin_context *primary = &contexts[device];
  if (primary->retained == 0) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  if (primary->retained > 1) {
    primary->retained--;
    return CUDA_SUCCESS;
  }
  standin_drain(primary);
  end_streams(primary);
  end_events(primary);
  end_handles(primary);
  end_modules(primary);
  end_memory(primary);
  primary->retained = 0;
  primary->broken = 0;
  return CUDA_SUCCESS;
}

EXPORT int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) {
  ENTER_DEVICE(device)
  *flags = 0;
  *active = contexts[device].retained > 0;
  return CUDA_SUCCESS;
}

static int known(const struct standin_context *context) {
  return context >= contexts && context < contexts + MOST_DEVICES && context->retained > 0;
}

EXPORT int cuCtxSetCurrent(struct standin_context *context) {
  ENTER()
  if (!was_initialised) {
    return CUDA_ERROR_NOT_INITIALIZED;
  }
  if (context == NULL) {
    depth = depth == 0 ? 0 : depth - 1;
    return CUDA_SUCCESS;
  }
  if (!known(context)) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  depth = depth == 0 ? 1 : depth;
  current[depth - 1] = context;
  return CUDA_SUCCESS;
}

EXPORT int cuCtxGetCurrent(struct standin_context **context) {
  ENTER()
  *context = standin_current();
  return was_initialised ? CUDA_SUCCESS : CUDA_ERROR_NOT_INITIALIZED;
}

EXPORT int cuCtxPushCurrent_v2(struct standin_context *context) {
  ENTER()
  if (!known(context) || depth == DEEPEST_STACK) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  current[depth++] = context;
  return CUDA_SUCCESS;
}

EXPORT int cuCtxPopCurrent_v2(struct standin_context **context) {
  ENTER()
  if (depth == 0) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  depth--;
  if (context != NULL) {
    *context = current[depth];
  }
  return CUDA_SUCCESS;
}

EXPORT int cuCtxGetDevice(int *device) {
  ENTER_CONTEXT()
  *device = standin_current()->device;
  return CUDA_SUCCESS;
}

EXPORT int cuCtxSynchronize(void) {
  ENTER_CONTEXT()
  count(SYNCHRONISATIONS, 1);
  return standin_drain(standin_current());
}
