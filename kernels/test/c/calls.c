/*
 * Stand-in driver: the lock, counters of calls and failures on demand. For tests of our own logic; computes on the CPU and says nothing
 * about NVIDIA's libraries.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 64, LONGEST_COMPLAINT = 512 };

struct rule {
  struct rule *next;
  char function[LONGEST_NAME];
  int64_t calls_left; /* 0: every call fails */
  int code;
};

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static struct standin_call *calls;
static struct rule *rules;
static int64_t figures[FIGURES];
static char complaint[LONGEST_COMPLAINT];

/* A function is meant by its name, with or without the suffix _v2, or by the start of its name followed by a star. */
static int names(const char *pattern, const char *function) {
  const size_t length = strlen(pattern);
  if (length > 0 && pattern[length - 1] == '*') {
    return strncmp(pattern, function, length - 1) == 0;
  }
  return strncmp(pattern, function, length) == 0 && (function[length] == 0 || strcmp(function + length, "_v2") == 0);
}

static int of_the_driver(const char *function) {
  return strncmp(function, "cublas", 6) != 0 && strncmp(function, "cusolver", 8) != 0;
}

/* The code of the first rule whose turn it is, or 0. */
static int demanded(const char *function) {
  for (struct rule **link = &rules; *link != NULL; link = &(*link)->next) {
    struct rule *rule = *link;
    if (!names(rule->function, function)) {
      continue;
    }
    const int code = rule->code;
    if (rule->calls_left == 0) {
      return code;
    }
    rule->calls_left--;
    if (rule->calls_left == 0) {
      *link = rule->next;
      free(rule);
      return code;
    }
  }
  return 0;
}

EXPORT int standin_begin(struct standin_call *call) {
  pthread_mutex_lock(&lock);
  if (!call->listed) {
    call->listed = 1;
    call->next = calls;
    calls = call;
  }
  call->count++;
  const int code = demanded(call->name);
  struct standin_context *context = standin_current();
  if (context != NULL && of_the_driver(call->name) && breaks_context(code)) {
    break_context(context, code);
  }
  return code;
}

EXPORT void standin_end(const int *begun) {
  (void)begun;
  pthread_mutex_unlock(&lock);
}

/* The lock for the functions of tests, which are not counted. */
#define LOCKED()                                                       \
  __attribute__((cleanup(standin_end))) const int locked = 0;          \
  (void)locked;                                                        \
  pthread_mutex_lock(&lock)

void count(enum figure figure, int64_t amount) {
  figures[figure] += amount;
}

EXPORT void standin_complain(const char *format, ...) {
  LOCKED();
  if (complaint[0] != 0) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(complaint, sizeof complaint, format, arguments);
  va_end(arguments);
}

/* Copies the first complaint since the last standin_reset, empty if there is none, and returns its length. */
EXPORT int standin_complaint(char *buffer, int64_t bytes) {
  LOCKED();
  return snprintf(buffer, (size_t)bytes, "%s", complaint);
}

/* Lets the nth call from now on, or every call if nth is 0, of a function return a code of its library and do nothing. */
EXPORT int standin_fail(const char *function, int64_t nth, int code) {
  LOCKED();
  if (strlen(function) >= LONGEST_NAME || nth < 0 || code == 0) {
    return -1;
  }
  struct rule *rule = malloc(sizeof *rule);
  if (rule == NULL) {
    return -1;
  }
  strcpy(rule->function, function);
  rule->calls_left = nth;
  rule->code = code;
  rule->next = rules;
  rules = rule;
  return 0;
}

/* Calls of a function, or of all whose names start like a pattern that ends in a star, since the last standin_reset. */
EXPORT int64_t standin_calls(const char *pattern) {
  LOCKED();
  int64_t sum = 0;
  for (const struct standin_call *call = calls; call != NULL; call = call->next) {
    if (names(pattern, call->name)) {
      sum += call->count;
    }
  }
  return sum;
}

/* Forgets rules, counts and the complaint. Memory, streams and settings stay. */
EXPORT int standin_reset(void) {
  LOCKED();
  while (rules != NULL) {
    struct rule *next = rules->next;
    free(rules);
    rules = next;
  }
  for (struct standin_call *call = calls; call != NULL; call = call->next) {
    call->count = 0;
  }
  memset(figures, 0, sizeof figures);
  complaint[0] = 0;
  return 0;
}

static int64_t bytes_on_all_devices(void) {
  int64_t sum = 0;
  EACH_CONTEXT(context) {
    sum += bytes_of(context, DEVICE_MEMORY);
  }
  return sum;
}

static int64_t contexts_retained(void) {
  int64_t sum = 0;
  EACH_CONTEXT(context) {
    sum += context->retained;
  }
  return sum;
}

/* What there is now, and what was counted since the last standin_reset; -1 for an unknown name. */
EXPORT int64_t standin_figure(const char *name) {
  LOCKED();
  static const char *const counted[FIGURES] = {
      "synchronisations", "launches", "copies to device", "copies to host", "bytes to device", "bytes to host", "left"};
  for (int i = 0; i < FIGURES; i++) {
    if (strcmp(name, counted[i]) == 0) {
      return figures[i];
    }
  }
  return strcmp(name, "device bytes") == 0         ? bytes_on_all_devices()
         : strcmp(name, "device allocations") == 0 ? allocations_of(DEVICE_MEMORY)
         : strcmp(name, "host bytes") == 0         ? bytes_of(NULL, HOST_MEMORY)
         : strcmp(name, "host allocations") == 0   ? allocations_of(HOST_MEMORY)
         : strcmp(name, "damaged") == 0            ? damaged()
         : strcmp(name, "streams") == 0            ? live_streams()
         : strcmp(name, "events") == 0             ? live_events()
         : strcmp(name, "graphs") == 0             ? live_graphs()
         : strcmp(name, "modules") == 0            ? live_modules()
         : strcmp(name, "handles") == 0            ? live_handles()
         : strcmp(name, "contexts retained") == 0  ? contexts_retained()
                                                   : -1;
}

/* Breaks every context with a code of the driver, as a fault of work that was put into a stream earlier does. */
EXPORT int standin_break(int code) {
  LOCKED();
  if (!breaks_context(code)) {
    return -1;
  }
  EACH_CONTEXT(context) {
    if (context->retained > 0) {
      break_context(context, code);
    }
  }
  return 0;
}

/* Who runs kernels and keeps books of memory: it hears of all live allocations at once. */
EXPORT int standin_set_launcher(const struct standin_launcher *wanted) {
  LOCKED();
  launcher = *wanted;
  report_allocations();
  return 0;
}
