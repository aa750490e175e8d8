/* What the files of the stand-in driver share among themselves; see standin.h for the rest and for what all this is. */
#ifndef DRIVER_H
#define DRIVER_H

#include "entries.h"
#include "standin.h"

#include <pthread.h>

enum { MOST_DEVICES = 16 };

/* All bits set: a NaN in every floating-point format, -1 in every integer. Fresh and freed memory is full of it. */
enum { POISON = 0xFF };

/* What the launcher learns of a launch. Java reads these fields by their offsets. */
struct standin_launch {
  const char *function;
  int64_t module;
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t shared_bytes;
  uint32_t parameters;
  const struct parameter *parameter; /* where each lies in the values */
  const void *values;
};

struct standin_launcher {
  int (*launch)(const struct standin_launch *launch);
  void (*allocated)(uint64_t address, int64_t bytes);
  void (*freed)(uint64_t address);
  void (*written)(uint64_t address, int64_t width, int64_t pitch, int64_t rows);
};

/* The first operations of a stream, as many as it had been given at some time. */
struct place {
  struct standin_stream *stream;
  uint64_t done;
};

struct operation {
  struct operation *next;
  standin_operation run;
  uint64_t host_source;
  int64_t host_bytes;
  size_t bytes; /* of the arguments */
  _Alignas(16) unsigned char arguments[];
};

/* Streams that are destroyed stay in memory, so that a stale handle is recognised. */
struct standin_stream {
  struct standin_stream *next;
  struct standin_context *context;
  int blocking;
  int alive;
  uint64_t queued;
  uint64_t done;
  struct operation *first;
  struct operation *last;
  struct standin_graph *recording; /* what is put into the stream goes there, or null */
  pthread_t recorder;
  int spoilt;                      /* whether something happened that cannot be recorded */
};

/* The primary context of a device. */
struct standin_context {
  int device;
  int retained;
  int broken;
  struct standin_stream legacy;
  struct standin_stream *streams;
};

/* Counted since the last standin_reset. LEFT is what a context still had when it was released, modules not counted. */
enum figure { SYNCHRONISATIONS, LAUNCHES, COPIES_TO_DEVICE, COPIES_TO_HOST, BYTES_TO_DEVICE, BYTES_TO_HOST, LEFT, FIGURES };

enum memory_kind { DEVICE_MEMORY, HOST_MEMORY };

/* After ENTER: also demands a context that works. */
#define ENTER_CONTEXT()                       \
  ENTER()                                     \
  const int state = standin_context_state();  \
  if (state != 0) {                           \
    return state;                             \
  }

/* After ENTER_CONTEXT: a live stream of the current context. */
#define ENTER_STREAM(handle)                                                          \
  ENTER_CONTEXT()                                                                     \
  struct standin_stream *stream = standin_stream(standin_current(), handle);          \
  if (stream == NULL) {                                                               \
    standin_complain("%s: no stream of the current context", __func__);               \
    return CUDA_ERROR_INVALID_HANDLE;                                                 \
  }

/* After ENTER_STREAM: what must not happen to a stream that is recorded, and spoils that. */
#define NOT_WHILE_RECORDING(stream)                  \
  if ((stream)->recording != NULL) {                 \
    (stream)->spoilt = 1;                            \
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;    \
  }

/* After ENTER_CONTEXT: what a thread that records must not do. */
#define NOTHING_RECORDED()                           \
  if (thread_records()) {                            \
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;    \
  }

extern struct standin_launcher launcher;
extern struct standin_context contexts[MOST_DEVICES];

/* Runs a statement for every context there may be. */
#define EACH_CONTEXT(context) \
  for (struct standin_context *context = contexts; context < contexts + MOST_DEVICES; context++)

int breaks_context(int code);
void break_context(struct standin_context *context, int code);
void count(enum figure figure, int64_t amount);

void enqueue_reading(
    struct standin_stream *stream, standin_operation run, const void *arguments, size_t bytes, uint64_t host, int64_t host_bytes);
void record(struct standin_graph *graph, const struct operation *operation);
int thread_records(void);
int64_t live_graphs(void);
void *zeroed(size_t bytes);
void order(struct standin_stream *stream);
void append_wait(struct standin_stream *stream, struct standin_stream *other, uint64_t done);
int progress(struct standin_stream *stream, uint64_t done);
int run_until(struct standin_stream *stream, uint64_t done);
int read_by_pending(struct standin_context *context, uint64_t host, int64_t bytes);
void drop_pending(struct standin_context *context);
int64_t live_streams(void);
int64_t live_events(void);
void end_streams(struct standin_context *context);
void end_events(struct standin_context *context);

int allocate(struct standin_context *context, enum memory_kind kind, size_t bytes, uint64_t *address);
int release(struct standin_context *context, enum memory_kind kind, uint64_t address);
void end_memory(struct standin_context *context);
const char *device_range_fault(struct standin_context *context, uint64_t address, int64_t bytes);
const char *host_range_fault(uint64_t address, int64_t bytes);
int points_into_freed(uint64_t address);
void report_allocations(void);
int64_t bytes_of(const struct standin_context *context, enum memory_kind kind);
int64_t allocations_of(enum memory_kind kind);
int64_t damaged(void);

int64_t live_modules(void);
int64_t live_handles(void);
void end_modules(struct standin_context *context);
void end_handles(struct standin_context *context);

#endif
