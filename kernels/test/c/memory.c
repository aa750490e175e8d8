/*
 * Stand-in driver: memory. Device memory and pinned memory are host memory between two guard zones; what is freed stays in quarantine,
 * full of NaN, so that a later use is recognised. For tests of our own logic; says nothing about NVIDIA's libraries.
 */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

enum {
  ALIGNMENT = 256, /* what cuMemAlloc promises */
  GUARD = 256,     /* bytes on each side; keeps the alignment */
  GUARD_BYTE = 0xDB,
  QUARANTINE = 64 << 20 /* bytes of freed memory kept: more than tests free between a bug and its check */
};

struct block {
  unsigned char *start; /* of the lower guard */
  uint64_t address;
  size_t bytes;
  size_t capacity; /* bytes up to the alignment, followed by the upper guard */
  enum memory_kind kind;
  int live;
  struct standin_context *context;
  uint64_t freed; /* order of freeing */
};

struct standin_launcher launcher;

static struct block *blocks; /* by address */
static size_t number;
static size_t room;
static size_t quarantined;
static uint64_t frees;

/* Index of the first block above an address. */
static size_t above(uint64_t address) {
  size_t low = 0;
  size_t high = number;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (blocks[middle].address <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* The block that holds the address or whose upper guard does, live or not. */
static struct block *block_of(uint64_t address) {
  const size_t index = above(address);
  if (index == 0) {
    return NULL;
  }
  struct block *block = &blocks[index - 1];
  return address - block->address < block->capacity + GUARD ? block : NULL;
}

static int full_of(const unsigned char *from, size_t bytes, unsigned char value) {
  for (size_t i = 0; i < bytes; i++) {
    if (from[i] != value) {
      return 0;
    }
  }
  return 1;
}

static int guards_intact(const struct block *block) {
  const unsigned char *memory = block->start + GUARD;
  return full_of(block->start, GUARD, GUARD_BYTE) && full_of(memory + block->bytes, block->capacity + GUARD - block->bytes, GUARD_BYTE);
}

static void check_guards(const struct block *block) {
  if (!guards_intact(block)) {
    standin_complain("written outside of the %zu bytes at 0x%llx", block->bytes, (unsigned long long)block->address);
  }
}

static void forget(size_t index) {
  const struct block block = blocks[index];
  if (!full_of(block.start + GUARD, block.bytes, POISON)) {
    standin_complain("written into the %zu freed bytes at 0x%llx", block.bytes, (unsigned long long)block.address);
  }
  free(block.start);
  quarantined -= block.capacity;
  number--;
  memmove(blocks + index, blocks + index + 1, (number - index) * sizeof *blocks);
}

static void forget_oldest(void) {
  size_t oldest = number;
  for (size_t i = 0; i < number; i++) {
    if (!blocks[i].live && (oldest == number || blocks[i].freed < blocks[oldest].freed)) {
      oldest = i;
    }
  }
  forget(oldest);
}

int64_t bytes_of(const struct standin_context *context, enum memory_kind kind) {
  int64_t sum = 0;
  for (size_t i = 0; i < number; i++) {
    if (blocks[i].live && blocks[i].kind == kind && (kind == HOST_MEMORY || blocks[i].context == context)) {
      sum += (int64_t)blocks[i].capacity;
    }
  }
  return sum;
}

int64_t allocations_of(enum memory_kind kind) {
  int64_t sum = 0;
  for (size_t i = 0; i < number; i++) {
    sum += blocks[i].live && blocks[i].kind == kind;
  }
  return sum;
}

/* Pieces with a byte changed just outside of them, or inside after they were freed. */
int64_t damaged(void) {
  int64_t sum = 0;
  for (size_t i = 0; i < number; i++) {
    const struct block *block = &blocks[i];
    sum += !guards_intact(block) || (!block->live && !full_of(block->start + GUARD, block->bytes, POISON));
  }
  return sum;
}

int allocate(struct standin_context *context, enum memory_kind kind, size_t bytes, uint64_t *address) {
  if (bytes == 0 || address == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const int64_t limit = standin_setting(MEMORY);
  if (bytes > (size_t)limit || (kind == DEVICE_MEMORY && bytes_of(context, kind) + (int64_t)bytes > limit)) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  if (number == room) {
    room = 2 * room + 16;
    struct block *larger = realloc(blocks, room * sizeof *blocks);
    if (larger == NULL) {
      abort();
    }
    blocks = larger;
  }
  struct block block = {.bytes = bytes, .kind = kind, .live = 1, .context = context};
  block.capacity = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  block.start = aligned_alloc(ALIGNMENT, block.capacity + 2 * GUARD);
  if (block.start == NULL) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  block.address = (uintptr_t)block.start + GUARD;
  memset(block.start, GUARD_BYTE, block.capacity + 2 * GUARD);
  memset(block.start + GUARD, POISON, bytes);
  const size_t index = above(block.address);
  memmove(blocks + index + 1, blocks + index, (number - index) * sizeof *blocks);
  blocks[index] = block;
  number++;
  if (kind == DEVICE_MEMORY && launcher.allocated != NULL) {
    launcher.allocated(block.address, (int64_t)bytes);
  }
  *address = block.address;
  return CUDA_SUCCESS;
}

static void quarantine(struct block *block) {
  check_guards(block);
  memset(block->start + GUARD, POISON, block->bytes);
  block->live = 0;
  block->freed = frees++;
  quarantined += block->capacity;
  if (block->kind == DEVICE_MEMORY && launcher.freed != NULL) {
    launcher.freed(block->address);
  }
}

int release(struct standin_context *context, enum memory_kind kind, uint64_t address) {
  struct block *block = block_of(address);
  if (block == NULL || block->address != address || !block->live || block->kind != kind || block->context != context) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  quarantine(block);
  while (quarantined > QUARANTINE) {
    forget_oldest();
  }
  return CUDA_SUCCESS;
}

void end_memory(struct standin_context *context) {
  for (size_t i = 0; i < number; i++) {
    if (blocks[i].live && blocks[i].context == context) {
      quarantine(&blocks[i]);
      count(LEFT, 1);
    }
  }
}

void report_allocations(void) {
  for (size_t i = 0; i < number && launcher.allocated != NULL; i++) {
    if (blocks[i].live && blocks[i].kind == DEVICE_MEMORY) {
      launcher.allocated(blocks[i].address, (int64_t)blocks[i].bytes);
    }
  }
}

static int fits(const struct block *block, uint64_t address, int64_t bytes) {
  const uint64_t offset = address - block->address;
  return bytes >= 0 && offset <= block->bytes && (uint64_t)bytes <= block->bytes - offset;
}

/* Why these bytes are no live device memory of the context, or null. */
const char *device_range_fault(struct standin_context *context, uint64_t address, int64_t bytes) {
  const struct block *block = block_of(address);
  return block == NULL || block->kind != DEVICE_MEMORY ? "is not in device memory"
         : !block->live                                ? "is in freed memory"
         : block->context != context                   ? "is in memory of another device"
         : !fits(block, address, bytes)                ? "goes beyond its allocation"
                                                       : NULL;
}

/* Why these bytes cannot be host memory, or null; memory that is not pinned is not known here. */
const char *host_range_fault(uint64_t address, int64_t bytes) {
  const struct block *block = block_of(address);
  return address == 0                      ? "is null"
         : block == NULL                   ? NULL
         : block->kind == DEVICE_MEMORY    ? "is in device memory"
         : !block->live                    ? "is in freed pinned memory"
         : !fits(block, address, bytes)    ? "goes beyond its pinned allocation"
                                           : NULL;
}

int points_into_freed(uint64_t address) {
  const struct block *block = block_of(address);
  return block != NULL && !block->live && fits(block, address, 1);
}

EXPORT int cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  ENTER_CONTEXT()
  NOTHING_RECORDED()
  return allocate(standin_current(), DEVICE_MEMORY, bytes, address);
}

/* Waits for everything, as CUDA's does in practice. */
EXPORT int cuMemFree_v2(uint64_t address) {
  ENTER_CONTEXT()
  NOTHING_RECORDED()
  const int code = standin_drain(standin_current());
  return code != 0 ? code : release(standin_current(), DEVICE_MEMORY, address);
}

EXPORT int cuMemGetInfo_v2(size_t *available, size_t *total) {
  ENTER_CONTEXT()
  const int64_t limit = standin_setting(MEMORY);
  const int64_t used = bytes_of(standin_current(), DEVICE_MEMORY);
  *available = used < limit ? (size_t)(limit - used) : 0;
  *total = (size_t)limit;
  return CUDA_SUCCESS;
}

EXPORT int cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) {
  ENTER_CONTEXT()
  if (flags > 7) { /* portable 1, mapped 2, write-combined 4 */
    return CUDA_ERROR_INVALID_VALUE;
  }
  uint64_t address = 0;
  const int code = allocate(standin_current(), HOST_MEMORY, bytes, &address);
  if (code == CUDA_SUCCESS) {
    *memory = (void *)(uintptr_t)address;
  }
  return code;
}

EXPORT int cuMemAllocHost_v2(void **memory, size_t bytes) {
  return cuMemHostAlloc(memory, bytes, 0);
}

EXPORT int cuMemFreeHost(void *memory) {
  ENTER_CONTEXT()
  const int code = standin_drain(standin_current());
  return code != 0 ? code : release(standin_current(), HOST_MEMORY, (uintptr_t)memory);
}
