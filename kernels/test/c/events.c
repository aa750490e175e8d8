/* Stand-in driver: events. For tests of our own logic; says nothing about NVIDIA's libraries. */
#include "driver.h"

#include <time.h>

/* Events that are destroyed stay in memory, like streams. */
struct standin_event {
  struct standin_event *next;
  struct standin_context *context;
  int alive;
  int timed;
  struct place recorded; /* the stream is null before the first record */
  struct timespec time;
};

static struct standin_event *events;

int64_t live_events(void) {
  int64_t sum = 0;
  for (const struct standin_event *event = events; event != NULL; event = event->next) {
    sum += event->alive;
  }
  return sum;
}

void end_events(struct standin_context *context) {
  for (struct standin_event *event = events; event != NULL; event = event->next) {
    if (event->alive && event->context == context) {
      event->alive = 0;
      count(LEFT, 1);
    }
  }
}

static struct standin_event *live_event(const struct standin_event *handle) {
  for (struct standin_event *event = events; event != NULL; event = event->next) {
    if (event == handle && event->alive && event->context == standin_current()) {
      return event;
    }
  }
  return NULL;
}

/* After ENTER: a live event of the current context. */
#define ENTER_EVENT(handle)                                                           \
  ENTER_CONTEXT()                                                                     \
  struct standin_event *event = live_event(handle);                                   \
  if (event == NULL) {                                                                \
    standin_complain("%s: no event of the current context", __func__);                \
    return CUDA_ERROR_INVALID_HANDLE;                                                 \
  }

EXPORT int cuEventCreate(struct standin_event **result, unsigned flags) {
  ENTER_CONTEXT()
  if (result == NULL || flags > 3) { /* blocking wait 1, no timing 2 */
    return CUDA_ERROR_INVALID_VALUE;
  }
  struct standin_event *event = zeroed(sizeof *event);
  event->context = standin_current();
  event->alive = 1;
  event->timed = (flags & 2) == 0;
  event->next = events;
  events = event;
  *result = event;
  return CUDA_SUCCESS;
}

EXPORT int cuEventDestroy_v2(struct standin_event *handle) {
  ENTER_EVENT(handle)
  event->alive = 0;
  return CUDA_SUCCESS;
}

static int stamp(struct standin_context *context, void *arguments) {
  struct standin_event *event = *(struct standin_event **)arguments;
  clock_gettime(CLOCK_MONOTONIC, &event->time);
  return context->broken;
}

EXPORT int cuEventRecord(struct standin_event *handle, struct standin_stream *in) {
  ENTER_EVENT(handle)
  struct standin_stream *stream = standin_stream(standin_current(), in);
  if (stream == NULL) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  NOT_WHILE_RECORDING(stream)
  standin_enqueue(stream, stamp, &event, sizeof event);
  event->recorded = (struct place){stream, stream->queued};
  return CUDA_SUCCESS;
}

EXPORT int cuStreamWaitEvent(struct standin_stream *handle, struct standin_event *awaited, unsigned flags) {
  ENTER_STREAM(handle)
  NOT_WHILE_RECORDING(stream)
  const struct standin_event *event = live_event(awaited);
  if (event == NULL || flags != 0) {
    return event == NULL ? CUDA_ERROR_INVALID_HANDLE : CUDA_ERROR_INVALID_VALUE;
  }
  if (event->recorded.stream != NULL && standin_current()->broken == 0) {
    order(stream);
    append_wait(stream, event->recorded.stream, event->recorded.done);
  }
  return CUDA_SUCCESS;
}

EXPORT int cuEventSynchronize(struct standin_event *handle) {
  ENTER_EVENT(handle)
  count(SYNCHRONISATIONS, 1);
  return event->recorded.stream == NULL ? CUDA_SUCCESS : run_until(event->recorded.stream, event->recorded.done);
}

EXPORT int cuEventQuery(struct standin_event *handle) {
  ENTER_EVENT(handle)
  return event->recorded.stream == NULL ? CUDA_SUCCESS : progress(event->recorded.stream, event->recorded.done);
}

EXPORT int cuEventElapsedTime(float *milliseconds, struct standin_event *start, struct standin_event *end) {
  ENTER_CONTEXT()
  const struct standin_event *from = live_event(start);
  const struct standin_event *to = live_event(end);
  if (from == NULL || to == NULL || !from->timed || !to->timed || from->recorded.stream == NULL || to->recorded.stream == NULL) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (from->recorded.stream->done < from->recorded.done || to->recorded.stream->done < to->recorded.done) {
    return CUDA_ERROR_NOT_READY;
  }
  const double seconds = (double)(to->time.tv_sec - from->time.tv_sec) + (double)(to->time.tv_nsec - from->time.tv_nsec) * 1e-9;
  *milliseconds = (float)(seconds * 1e3);
  return CUDA_SUCCESS;
}
