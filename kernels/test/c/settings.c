/*
 * Stand-in driver: what tests can set, in the process through standin_set, from outside by the environment variable FULLRANK_STANDIN,
 * such as "devices=2,memory=1000000,fail=cuLaunchKernel:1:700". For tests of our own logic; says nothing about NVIDIA's libraries.
 */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef STANDIN_CUDA
#error "STANDIN_CUDA must be the major version of CUDA, 12 or 13"
#endif

static struct {
  const char *name;
  int64_t initial;
  int64_t value;
} settings[SETTINGS] = {
    [DEVICES] = {.name = "devices", .initial = 1},                      /* how many there are */
    [INIT] = {.name = "init", .initial = 0},                            /* what cuInit returns */
    [MEMORY] = {.name = "memory", .initial = INT64_C(1) << 30},         /* bytes on each device */
    [SHARED] = {.name = "shared", .initial = 227 * 1024},               /* the most shared memory of a block, for who asks for it */
    [DEFERRED] = {.name = "deferred", .initial = 0},                    /* 1: work runs only when it is waited for */
    [DRIVER] = {.name = "driver", .initial = STANDIN_CUDA * 1000},      /* major·1000 + minor·10 */
    [CAPABILITY] = {.name = "capability", .initial = 90},               /* major·10 + minor */
    [GESVDJ] = {.name = "gesvdj", .initial = CONVERGES},
    [GESVDJ_BATCHED] = {.name = "gesvdjBatched", .initial = CONVERGES},
    [GESVD] = {.name = "gesvd", .initial = CONVERGES},
    [NOISE] = {.name = "noise", .initial = 0},                          /* of gesvdj and gesvdjBatched, in ulps of 1 of their type */
    [SYRK] = {.name = "syrk", .initial = CONVERGES},
};

EXPORT int standin_fail(const char *function, int64_t nth, int code);

EXPORT int64_t standin_setting(enum standin_setting setting) {
  return settings[setting].value;
}

/* Gives a setting a value; what is pending runs first. 0, or -1 for an unknown name. */
EXPORT int standin_set(const char *name, int64_t value) {
  ENTER()
  for (int i = 0; i < SETTINGS; i++) {
    if (strcmp(name, settings[i].name) == 0 && !(i == DEVICES && (value < 0 || value > MOST_DEVICES))) {
      EACH_CONTEXT(context) {
        standin_drain(context);
      }
      settings[i].value = value;
      return 0;
    }
  }
  return -1;
}

static int apply(char *assignment) {
  char *value = strchr(assignment, '=');
  if (value == NULL) {
    return -1;
  }
  *value++ = 0;
  if (strcmp(assignment, "fail") != 0) {
    return standin_set(assignment, strtoll(value, NULL, 10));
  }
  char function[64];
  long long nth;
  int code;
  return sscanf(value, "%63[^:]:%lld:%d", function, &nth, &code) == 3 ? standin_fail(function, nth, code) : -1;
}

static void set_all(void) {
  for (int i = 0; i < SETTINGS; i++) {
    settings[i].value = settings[i].initial;
  }
  const char *variable = getenv("FULLRANK_STANDIN");
  char *copy = variable == NULL ? NULL : strdup(variable);
  char *rest = copy;
  for (char *assignment; (assignment = strsep(&rest, ",")) != NULL;) {
    if (*assignment != 0 && apply(assignment) != 0) {
      fprintf(stderr, "stand-in driver: cannot apply %s of FULLRANK_STANDIN\n", assignment);
      abort();
    }
  }
  free(copy);
}

/* All settings as they were when the process began. */
EXPORT int standin_default_settings(void) {
  ENTER()
  EACH_CONTEXT(context) {
    standin_drain(context);
  }
  set_all();
  return 0;
}

__attribute__((constructor)) static void read_environment(void) {
  set_all();
}
