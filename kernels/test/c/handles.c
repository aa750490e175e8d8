/*
 * Stand-in driver: the handles of cuBLAS and cuSOLVER, kept here so that a stale one is recognised and tests can count them. For tests of
 * our own logic; says nothing about NVIDIA's libraries.
 */
#include "driver.h"

#include <float.h>

/* Handles that are destroyed stay in memory, like streams. */
static struct standin_handle *handles;

int64_t live_handles(void) {
  int64_t sum = 0;
  for (const struct standin_handle *handle = handles; handle != NULL; handle = handle->next) {
    sum += handle->alive;
  }
  return sum;
}

void end_handles(struct standin_context *context) {
  for (struct standin_handle *handle = handles; handle != NULL; handle = handle->next) {
    if (handle->alive && handle->context == context) {
      handle->alive = 0;
      count(LEFT, 1);
    }
  }
}

EXPORT struct standin_handle *standin_handle_create(enum standin_kind kind) {
  struct standin_handle *handle = zeroed(sizeof *handle);
  handle->kind = kind;
  handle->alive = 1;
  handle->context = standin_current();
  handle->tolerance = DBL_EPSILON;
  handle->most_sweeps = 100;
  handle->sort = 1;
  handle->next = handles;
  handles = handle;
  return handle;
}

EXPORT struct standin_handle *standin_handle(enum standin_kind kind, const void *pointer) {
  for (struct standin_handle *handle = handles; handle != NULL; handle = handle->next) {
    if (handle == pointer) {
      return handle->alive && handle->kind == kind ? handle : NULL;
    }
  }
  return NULL;
}

EXPORT void standin_handle_destroy(struct standin_handle *handle) {
  handle->alive = 0;
}
