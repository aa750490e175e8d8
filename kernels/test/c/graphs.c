/*
 * Stand-in driver: graphs, made by recording a stream. For tests of our own logic; says nothing about NVIDIA's libraries. Stricter than
 * that driver: a thread that records may not wait, allocate or free, whatever the mode, and no other stream may be involved.
 */
#include "driver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Graphs that are destroyed stay in memory, so that a stale handle is recognised. */
struct standin_graph {
  struct standin_graph *next;
  struct standin_context *context;
  struct operation *first;
  struct operation *last;
  int alive;
  int executable;
};

static struct standin_graph *graphs;

static struct standin_graph *new_graph(int executable) {
  struct standin_graph *graph = zeroed(sizeof *graph);
  graph->context = standin_current();
  graph->alive = 1;
  graph->executable = executable;
  graph->next = graphs;
  graphs = graph;
  return graph;
}

static struct standin_graph *live_graph(const void *handle, int executable) {
  for (struct standin_graph *graph = graphs; graph != NULL; graph = graph->next) {
    if (graph == handle) {
      return graph->alive && graph->executable == executable ? graph : NULL;
    }
  }
  return NULL;
}

int64_t live_graphs(void) {
  int64_t sum = 0;
  for (const struct standin_graph *graph = graphs; graph != NULL; graph = graph->next) {
    sum += graph->alive;
  }
  return sum;
}

void record(struct standin_graph *graph, const struct operation *operation) {
  struct operation *copy = zeroed(sizeof *copy + operation->bytes);
  memcpy(copy, operation, sizeof *copy + operation->bytes);
  copy->next = NULL;
  if (graph->last == NULL) {
    graph->first = copy;
  } else {
    graph->last->next = copy;
  }
  graph->last = copy;
}

int thread_records(void) {
  EACH_CONTEXT(context) {
    for (const struct standin_stream *stream = context->streams; stream != NULL; stream = stream->next) {
      if (stream->recording != NULL && pthread_equal(stream->recorder, pthread_self())) {
        return 1;
      }
    }
  }
  return 0;
}

EXPORT int cuStreamBeginCapture_v2(struct standin_stream *handle, int mode) {
  ENTER_STREAM(handle)
  if (stream == &standin_current()->legacy) {
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  if (mode < 0 || mode > 2 || stream->recording != NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  stream->recording = new_graph(0);
  stream->recorder = pthread_self();
  return CUDA_SUCCESS;
}

/* A recording that something has spoilt gives no graph. */
EXPORT int cuStreamEndCapture(struct standin_stream *handle, struct standin_graph **result) {
  ENTER_STREAM(handle)
  struct standin_graph *graph = stream->recording;
  if (graph == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  stream->recording = NULL;
  if (stream->spoilt) {
    stream->spoilt = 0;
    graph->alive = 0;
    *result = NULL;
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  }
  *result = graph;
  return CUDA_SUCCESS;
}

EXPORT int cuGraphInstantiateWithFlags(struct standin_graph **result, struct standin_graph *handle, unsigned long long flags) {
  ENTER_CONTEXT()
  const struct standin_graph *graph = live_graph(handle, 0);
  if (graph == NULL || flags != 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *result = new_graph(1);
  for (const struct operation *operation = graph->first; operation != NULL; operation = operation->next) {
    record(*result, operation);
  }
  return CUDA_SUCCESS;
}

EXPORT int cuGraphLaunch(struct standin_graph *handle, struct standin_stream *in) {
  ENTER_STREAM(in)
  const struct standin_graph *graph = live_graph(handle, 1);
  if (graph == NULL || graph->context != standin_current()) {
    standin_complain("cuGraphLaunch: no executable graph of the current context");
    return CUDA_ERROR_INVALID_VALUE;
  }
  for (const struct operation *operation = graph->first; operation != NULL; operation = operation->next) {
    enqueue_reading(
        stream, operation->run, operation->arguments, operation->bytes, operation->host_source, operation->host_bytes);
  }
  return CUDA_SUCCESS;
}

static int destroy(const void *handle, int executable) {
  ENTER_CONTEXT()
  struct standin_graph *graph = live_graph(handle, executable);
  if (graph == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  graph->alive = 0;
  return CUDA_SUCCESS;
}

EXPORT int cuGraphDestroy(struct standin_graph *graph) {
  return destroy(graph, 0);
}

EXPORT int cuGraphExecDestroy(struct standin_graph *graph) {
  return destroy(graph, 1);
}
