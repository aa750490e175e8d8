/*
 * Stand-in driver: streams. Work runs at once, or, when tests defer it, only when something waits for it, so that a missing wait shows:
 * a queue of operations each, run in order, and waits for a place in another stream as operations of their own. For tests of our own
 * logic; says nothing about NVIDIA's libraries.
 */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

void *zeroed(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (memory == NULL) {
    abort();
  }
  return memory;
}

EXPORT struct standin_stream *standin_stream(struct standin_context *context, void *handle) {
  if ((uintptr_t)handle <= 1) { /* 1 is CU_STREAM_LEGACY */
    return &context->legacy;
  }
  for (struct standin_stream *stream = context->streams; stream != NULL; stream = stream->next) {
    if (stream == handle) {
      return stream->alive ? stream : NULL;
    }
  }
  return NULL;
}

int64_t live_streams(void) {
  int64_t sum = 0;
  EACH_CONTEXT(context) {
    for (const struct standin_stream *stream = context->streams; stream != NULL; stream = stream->next) {
      sum += stream->alive;
    }
  }
  return sum;
}

void end_streams(struct standin_context *context) {
  for (struct standin_stream *stream = context->streams; stream != NULL; stream = stream->next) {
    count(LEFT, stream->alive);
    stream->alive = 0;
  }
}

static void append(
    struct standin_stream *stream, standin_operation run, const void *arguments, size_t bytes, uint64_t host, int64_t host_bytes) {
  struct operation *operation = zeroed(sizeof *operation + bytes);
  operation->run = run;
  operation->host_source = host;
  operation->host_bytes = host_bytes;
  operation->bytes = bytes;
  memcpy(operation->arguments, arguments, bytes);
  if (stream->recording != NULL) {
    record(stream->recording, operation);
    free(operation);
    return;
  }
  if (stream->last == NULL) {
    stream->first = operation;
  } else {
    stream->last->next = operation;
  }
  stream->last = operation;
  stream->queued++;
}

/* Takes the first operation out of the queue; the caller frees it. */
static struct operation *take(struct standin_stream *stream) {
  struct operation *operation = stream->first;
  stream->first = operation->next;
  if (stream->first == NULL) {
    stream->last = NULL;
  }
  stream->done++;
  return operation;
}

static void run_first(struct standin_stream *stream) {
  struct operation *operation = take(stream);
  const int code = operation->run(stream->context, operation->arguments);
  free(operation);
  if (code != 0) {
    break_context(stream->context, code);
  }
}

/* Runs a stream up to a place in its queue; 0 or the code that broke its context. */
int run_until(struct standin_stream *stream, uint64_t done) {
  while (stream->first != NULL && stream->done < done) {
    run_first(stream);
  }
  return stream->context->broken;
}

static int wait_for(struct standin_context *context, void *arguments) {
  const struct place *place = arguments;
  run_until(place->stream, place->done);
  return context->broken;
}

void append_wait(struct standin_stream *stream, struct standin_stream *other, uint64_t done) {
  if (stream != other && other->done < done) {
    const struct place place = {other, done};
    append(stream, wait_for, &place, sizeof place, 0, 0);
  }
}

/* The legacy default stream comes after everything in blocking streams, and before everything that is put into them later. */
void order(struct standin_stream *stream) {
  struct standin_context *context = stream->context;
  if (stream != &context->legacy) {
    if (stream->blocking) {
      append_wait(stream, &context->legacy, context->legacy.queued);
    }
    return;
  }
  for (struct standin_stream *other = context->streams; other != NULL; other = other->next) {
    if (other->blocking) {
      append_wait(stream, other, other->queued);
    }
  }
}

void enqueue_reading(
    struct standin_stream *stream, standin_operation run, const void *arguments, size_t bytes, uint64_t host, int64_t host_bytes) {
  if (stream->context->broken != 0) {
    return;
  }
  if (stream->recording == NULL) {
    order(stream);
  }
  append(stream, run, arguments, bytes, host, host_bytes);
  if (!standin_setting(DEFERRED)) {
    run_until(stream, stream->queued);
  }
}

EXPORT int standin_is_recording(const struct standin_stream *stream) {
  return stream->recording != NULL;
}

EXPORT void standin_enqueue(struct standin_stream *stream, standin_operation run, const void *arguments, size_t bytes) {
  enqueue_reading(stream, run, arguments, bytes, 0, 0);
}

static int reads(const struct standin_stream *stream, uint64_t host, int64_t bytes) {
  for (const struct operation *operation = stream->first; operation != NULL; operation = operation->next) {
    if (operation->host_source < host + (uint64_t)bytes && host < operation->host_source + (uint64_t)operation->host_bytes) {
      return 1;
    }
  }
  return 0;
}

/* Whether work that has not run yet reads any of these bytes of host memory. */
int read_by_pending(struct standin_context *context, uint64_t host, int64_t bytes) {
  int found = reads(&context->legacy, host, bytes);
  for (const struct standin_stream *stream = context->streams; stream != NULL && !found; stream = stream->next) {
    found = reads(stream, host, bytes);
  }
  return found;
}

static void drop(struct standin_stream *stream) {
  while (stream->first != NULL) {
    free(take(stream));
  }
}

void drop_pending(struct standin_context *context) {
  drop(&context->legacy);
  for (struct standin_stream *stream = context->streams; stream != NULL; stream = stream->next) {
    drop(stream);
  }
}

EXPORT int standin_drain(struct standin_context *context) {
  if (context->retained == 0) {
    return context->broken;
  }
  run_until(&context->legacy, context->legacy.queued);
  for (struct standin_stream *stream = context->streams; stream != NULL; stream = stream->next) {
    run_until(stream, stream->queued);
  }
  return context->broken;
}

/* Progress of one operation a query, so that a loop of queries ends but a single one does not replace a wait. */
int progress(struct standin_stream *stream, uint64_t done) {
  if (stream->first != NULL && stream->done < done) {
    run_first(stream);
  }
  return stream->context->broken != 0 ? stream->context->broken : stream->done < done ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS;
}

EXPORT int cuStreamCreate(struct standin_stream **result, unsigned flags) {
  ENTER_CONTEXT()
  if (result == NULL || flags > 1) { /* 1 is CU_STREAM_NON_BLOCKING */
    return CUDA_ERROR_INVALID_VALUE;
  }
  struct standin_stream *stream = zeroed(sizeof *stream);
  stream->context = standin_current();
  stream->blocking = flags == 0;
  stream->alive = 1;
  stream->next = stream->context->streams;
  stream->context->streams = stream;
  *result = stream;
  return CUDA_SUCCESS;
}

/* What is in the stream runs first, at the latest now. */
EXPORT int cuStreamDestroy_v2(struct standin_stream *handle) {
  ENTER_STREAM(handle)
  NOT_WHILE_RECORDING(stream)
  if (stream == &standin_current()->legacy) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  run_until(stream, stream->queued);
  stream->alive = 0;
  return standin_current()->broken;
}

EXPORT int cuStreamSynchronize(struct standin_stream *handle) {
  ENTER_STREAM(handle)
  NOT_WHILE_RECORDING(stream)
  count(SYNCHRONISATIONS, 1);
  return run_until(stream, stream->queued);
}

EXPORT int cuStreamQuery(struct standin_stream *handle) {
  ENTER_STREAM(handle)
  NOT_WHILE_RECORDING(stream)
  return progress(stream, stream->queued);
}
