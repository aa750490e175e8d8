/*
 * Stand-in driver: copies and fills. A copy to the host poisons its destination until it has run, as far as no pending work reads from
 * there. For tests of our own logic; says nothing about NVIDIA's libraries, except that ranges outside of allocations are refused as there.
 */
#include "driver.h"

#include <string.h>

/* Memory that rows are copied from or to. */
struct side {
  int on_device;
  uint64_t address;
  int64_t pitch;
};

struct copy {
  struct side to;
  struct side from;
  int64_t width;
  int64_t rows;
};

static int64_t extent(const struct side *side, const struct copy *copy) {
  return (copy->rows - 1) * side->pitch + copy->width;
}

static const char *side_fault(struct standin_context *context, const struct side *side, const struct copy *copy) {
  const int64_t bytes = extent(side, copy);
  return side->on_device ? device_range_fault(context, side->address, bytes) : host_range_fault(side->address, bytes);
}

/* 0 if both sides are memory of the right kind. */
static int check_sides(struct standin_context *context, const struct copy *copy, const char *function) {
  const struct side *const sides[] = {&copy->to, &copy->from};
  for (int i = 0; i < 2; i++) {
    const char *fault = side_fault(context, sides[i], copy);
    if (fault != NULL) {
      const char *role = i == 0 ? "destination" : "source";
      const unsigned long long address = sides[i]->address;
      standin_complain("%s: %s 0x%llx with %lld bytes %s", function, role, address, (long long)extent(sides[i], copy), fault);
      return CUDA_ERROR_INVALID_VALUE;
    }
  }
  return CUDA_SUCCESS;
}

static unsigned char *row(const struct side *side, int64_t index) {
  return (unsigned char *)(uintptr_t)side->address + index * side->pitch;
}

static void note_written(const struct side *side, int64_t width, int64_t rows) {
  if (side->on_device && launcher.written != NULL) {
    launcher.written(side->address, width, side->pitch, rows);
  }
}

static int run_copy(struct standin_context *context, void *arguments) {
  const struct copy *copy = arguments;
  if (check_sides(context, copy, "a copy that was pending") != 0) {
    return CUDA_ERROR_ILLEGAL_ADDRESS;
  }
  for (int64_t i = 0; i < copy->rows; i++) {
    memmove(row(&copy->to, i), row(&copy->from, i), (size_t)copy->width);
  }
  note_written(&copy->to, copy->width, copy->rows);
  return CUDA_SUCCESS;
}

static void poison_destination(struct standin_context *context, const struct copy *copy) {
  if (copy->to.on_device || !standin_setting(DEFERRED) || read_by_pending(context, copy->to.address, extent(&copy->to, copy))) {
    return;
  }
  for (int64_t i = 0; i < copy->rows; i++) {
    memset(row(&copy->to, i), POISON, (size_t)copy->width);
  }
}

static int start(struct standin_stream *stream, const struct copy *copy, const char *function) {
  if (stream == NULL) {
    standin_complain("%s: no stream of the current context", function);
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (copy->width == 0 || copy->rows == 0) {
    return CUDA_SUCCESS;
  }
  const int code = check_sides(stream->context, copy, function);
  if (code != 0) {
    return code;
  }
  if (!copy->to.on_device) {
    count(COPIES_TO_HOST, 1);
    count(BYTES_TO_HOST, copy->width * copy->rows);
    poison_destination(stream->context, copy);
  }
  if (!copy->from.on_device) {
    count(COPIES_TO_DEVICE, 1);
    count(BYTES_TO_DEVICE, copy->width * copy->rows);
  }
  const int64_t host_bytes = copy->from.on_device ? 0 : extent(&copy->from, copy);
  enqueue_reading(stream, run_copy, copy, sizeof *copy, copy->from.address, host_bytes);
  return CUDA_SUCCESS;
}

static int start_line(void *stream, int to_device, uint64_t to, int from_device, uint64_t from, size_t bytes, const char *function) {
  if (bytes > (size_t)INT64_MAX) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const struct copy copy = {{to_device, to, (int64_t)bytes}, {from_device, from, (int64_t)bytes}, (int64_t)bytes, 1};
  return start(standin_stream(standin_current(), stream), &copy, function);
}

EXPORT int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream) {
  ENTER_CONTEXT()
  return start_line(stream, 1, to, 0, (uintptr_t)from, bytes, __func__);
}

EXPORT int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream) {
  ENTER_CONTEXT()
  return start_line(stream, 0, (uintptr_t)to, 1, from, bytes, __func__);
}

EXPORT int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *stream) {
  ENTER_CONTEXT()
  return start_line(stream, 1, to, 1, from, bytes, __func__);
}

/* The copies without a stream: in the legacy default stream, waited for where the host takes part. */
static int finish(int started) {
  if (started != CUDA_SUCCESS) {
    return started;
  }
  struct standin_stream *legacy = &standin_current()->legacy;
  count(SYNCHRONISATIONS, 1);
  return run_until(legacy, legacy->queued);
}

EXPORT int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
  ENTER_CONTEXT()
  return finish(start_line(NULL, 1, to, 0, (uintptr_t)from, bytes, __func__));
}

EXPORT int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  ENTER_CONTEXT()
  return finish(start_line(NULL, 0, (uintptr_t)to, 1, from, bytes, __func__));
}

EXPORT int cuMemcpyDtoD_v2(uint64_t to, uint64_t from, size_t bytes) {
  ENTER_CONTEXT()
  return start_line(NULL, 1, to, 1, from, bytes, __func__);
}

/* CUDA_MEMCPY2D of the driver's header. */
struct copy_of_rows {
  size_t from_x;
  size_t from_y;
  int from_kind;
  const void *from_host;
  uint64_t from_device;
  void *from_array;
  size_t from_pitch;
  size_t to_x;
  size_t to_y;
  int to_kind;
  void *to_host;
  uint64_t to_device;
  void *to_array;
  size_t to_pitch;
  size_t width;
  size_t height;
};

enum { ON_HOST = 1, ON_DEVICE = 2 };

/* Beyond this, the attribute 11 of the device, CUDA refuses a pitch. */
static const size_t LARGEST_PITCH = INT32_MAX;

static int side_of(
    struct side *side, int kind, uint64_t host, uint64_t device, size_t x, size_t y, size_t pitch, size_t width, const char *function) {
  const size_t step = pitch == 0 ? width + x : pitch;
  if ((kind != ON_HOST && kind != ON_DEVICE) || x + width > step || step > LARGEST_PITCH) {
    standin_complain("%s: memory of kind %d, x %zu, width %zu, pitch %zu", function, kind, x, width, pitch);
    return CUDA_ERROR_INVALID_VALUE;
  }
  side->on_device = kind == ON_DEVICE;
  side->address = (kind == ON_DEVICE ? device : host) + y * step + x;
  side->pitch = (int64_t)step;
  return CUDA_SUCCESS;
}

EXPORT int cuMemcpy2DAsync_v2(const struct copy_of_rows *wanted, void *stream) {
  ENTER_CONTEXT()
  if (wanted == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const struct copy_of_rows *w = wanted;
  struct copy copy = {.width = (int64_t)w->width, .rows = (int64_t)w->height};
  int code = side_of(
      &copy.from, w->from_kind, (uintptr_t)w->from_host, w->from_device, w->from_x, w->from_y, w->from_pitch, w->width, __func__);
  if (code == CUDA_SUCCESS) {
    code = side_of(&copy.to, w->to_kind, (uintptr_t)w->to_host, w->to_device, w->to_x, w->to_y, w->to_pitch, w->width, __func__);
  }
  return code != CUDA_SUCCESS ? code : start(standin_stream(standin_current(), stream), &copy, __func__);
}

struct fill {
  struct side to;
  int64_t count;
  uint32_t value;
  int element; /* bytes */
};

static int run_fill(struct standin_context *context, void *arguments) {
  const struct fill *fill = arguments;
  const struct standin_matrix matrix = {fill->to.address, fill->count, 1, fill->count, (size_t)fill->element};
  const int code = standin_check(context, "a fill that was pending", &matrix);
  if (code != 0) {
    return code;
  }
  unsigned char *to = row(&fill->to, 0);
  for (int64_t i = 0; i < fill->count; i++) {
    memcpy(to + i * fill->element, &fill->value, (size_t)fill->element);
  }
  note_written(&fill->to, fill->count * fill->element, 1);
  return CUDA_SUCCESS;
}

static int start_fill(void *handle, uint64_t to, uint32_t value, size_t elements, int element, const char *function) {
  struct standin_stream *stream = standin_stream(standin_current(), handle);
  if (stream == NULL) {
    standin_complain("%s: no stream of the current context", function);
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (elements == 0) {
    return CUDA_SUCCESS;
  }
  const int64_t bytes = (int64_t)elements * element;
  const struct fill fill = {{1, to, bytes}, (int64_t)elements, value, element};
  const struct standin_matrix matrix = {to, fill.count, 1, fill.count, (size_t)element};
  if (standin_check(stream->context, function, &matrix) != 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  standin_enqueue(stream, run_fill, &fill, sizeof fill);
  return CUDA_SUCCESS;
}

EXPORT int cuMemsetD8Async(uint64_t to, unsigned char value, size_t elements, void *stream) {
  ENTER_CONTEXT()
  return start_fill(stream, to, value, elements, 1, __func__);
}

EXPORT int cuMemsetD32Async(uint64_t to, uint32_t value, size_t elements, void *stream) {
  ENTER_CONTEXT()
  return start_fill(stream, to, value, elements, 4, __func__);
}
