/*
 * Stand-in driver: modules of PTX text and launches, which the test's launcher carries out. For tests of our own logic; says nothing about
 * NVIDIA's libraries.
 */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

enum {
  LONGEST_NAME = 256,
  SHARED_WITHOUT_OPT_IN = 48 * 1024,
  MOST_DYNAMIC_SHARED = 8, /* the attribute CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES */
  MOST_THREADS = 1024,
  MOST_THREADS_Z = 64,
  MOST_BLOCKS_YZ = UINT16_MAX,
};

struct standin_function {
  struct standin_function *next;
  struct standin_module *module;
  char name[LONGEST_NAME];
  struct entry entry;
  uint32_t most_shared;
};

/* Modules that are unloaded stay in memory, like streams. */
struct standin_module {
  struct standin_module *next;
  struct standin_context *context;
  int alive;
  int64_t id;
  char *text;
  char *code; /* the text without comments */
  struct standin_function *functions;
};

static struct standin_module *modules;
static int64_t loaded;

int64_t live_modules(void) {
  int64_t sum = 0;
  for (const struct standin_module *module = modules; module != NULL; module = module->next) {
    sum += module->alive;
  }
  return sum;
}

void end_modules(struct standin_context *context) {
  for (struct standin_module *module = modules; module != NULL; module = module->next) {
    if (module->alive && module->context == context) {
      module->alive = 0;
    }
  }
}

/* The text of a module by its number, as it was loaded; stays where it is. */
EXPORT const char *standin_module_text(int64_t id) {
  for (const struct standin_module *module = modules; module != NULL; module = module->next) {
    if (module->id == id) {
      return module->text;
    }
  }
  return NULL;
}

static char *copy_of(const char *text) {
  char *copy = strdup(text);
  if (copy == NULL) {
    abort();
  }
  return copy;
}

EXPORT int cuModuleLoadData(struct standin_module **result, const void *image) {
  ENTER_CONTEXT()
  if (result == NULL || image == NULL) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  char *code = copy_of(image);
  strip_comments(code);
  const int fault = check_text(code);
  if (fault != 0) {
    free(code);
    return fault;
  }
  struct standin_module *module = zeroed(sizeof *module);
  module->context = standin_current();
  module->alive = 1;
  module->id = ++loaded;
  module->text = copy_of(image);
  module->code = code;
  module->next = modules;
  modules = module;
  *result = module;
  return CUDA_SUCCESS;
}

EXPORT int cuModuleLoadDataEx(struct standin_module **result, const void *image, unsigned options, const int *names, void **values) {
  (void)options;
  (void)names;
  (void)values;
  return cuModuleLoadData(result, image);
}

static struct standin_module *live_module(const struct standin_module *handle) {
  for (struct standin_module *module = modules; module != NULL; module = module->next) {
    if (module == handle && module->alive && module->context == standin_current() && module->context->retained > 0) {
      return module;
    }
  }
  return NULL;
}

EXPORT int cuModuleUnload(struct standin_module *handle) {
  ENTER_CONTEXT()
  struct standin_module *module = live_module(handle);
  if (module == NULL) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  const int code = standin_drain(standin_current());
  module->alive = 0;
  return code;
}

EXPORT int cuModuleGetFunction(struct standin_function **result, struct standin_module *handle, const char *name) {
  ENTER_CONTEXT()
  struct standin_module *module = live_module(handle);
  if (module == NULL) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  for (struct standin_function *function = module->functions; function != NULL; function = function->next) {
    if (strcmp(function->name, name) == 0) {
      *result = function;
      return CUDA_SUCCESS;
    }
  }
  const char *declaration = strlen(name) < LONGEST_NAME ? find_entry(module->code, name) : NULL;
  if (declaration == NULL) {
    return CUDA_ERROR_NOT_FOUND;
  }
  struct standin_function *function = zeroed(sizeof *function);
  function->module = module;
  strcpy(function->name, name);
  function->most_shared = SHARED_WITHOUT_OPT_IN;
  if (!read_parameters(declaration, &function->entry)) {
    standin_complain("cuModuleGetFunction: cannot read the parameters of %s", name);
    free(function);
    return CUDA_ERROR_INVALID_PTX;
  }
  function->next = module->functions;
  module->functions = function;
  *result = function;
  return CUDA_SUCCESS;
}

static struct standin_function *live_function(const struct standin_function *handle) {
  for (struct standin_module *module = modules; module != NULL; module = module->next) {
    for (struct standin_function *function = module->functions; function != NULL; function = function->next) {
      if (function == handle) {
        return live_module(module) == NULL ? NULL : function;
      }
    }
  }
  return NULL;
}

EXPORT int cuFuncSetAttribute(struct standin_function *handle, int attribute, int value) {
  ENTER_CONTEXT()
  struct standin_function *function = live_function(handle);
  if (function == NULL || attribute != MOST_DYNAMIC_SHARED || value < 0 || value > standin_setting(SHARED)) {
    return function == NULL ? CUDA_ERROR_INVALID_HANDLE : CUDA_ERROR_INVALID_VALUE;
  }
  function->most_shared = (uint32_t)value;
  return CUDA_SUCCESS;
}

struct pending_launch {
  const struct standin_function *function;
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t shared_bytes;
  unsigned char parameters[MOST_PARAMETER_BYTES];
};

/* The interpreter checks each access; a parameter that is an address of freed memory has a better message here. */
static int check_parameters(const struct pending_launch *launch) {
  const struct entry *entry = &launch->function->entry;
  for (int i = 0; i < entry->parameters; i++) {
    uint64_t value = 0;
    if (entry->parameter[i].bytes != sizeof value) {
      continue;
    }
    memcpy(&value, launch->parameters + entry->parameter[i].offset, sizeof value);
    if (points_into_freed(value)) {
      standin_complain("%s: parameter %d, 0x%llx, is in freed memory", launch->function->name, i, (unsigned long long)value);
      return CUDA_ERROR_ILLEGAL_ADDRESS;
    }
  }
  return CUDA_SUCCESS;
}

static int run_launch(struct standin_context *context, void *arguments) {
  const struct pending_launch *pending = arguments;
  const int code = check_parameters(pending);
  if (code != 0) {
    return code;
  }
  const struct standin_launch launch = {
      .function = pending->function->name,
      .module = pending->function->module->id,
      .grid = {pending->grid[0], pending->grid[1], pending->grid[2]},
      .block = {pending->block[0], pending->block[1], pending->block[2]},
      .shared_bytes = pending->shared_bytes,
      .parameters = (uint32_t)pending->function->entry.parameters,
      .parameter = pending->function->entry.parameter,
      .values = pending->parameters,
  };
  const int result = launcher.launch(&launch);
  if (result != 0) {
    standin_complain("%s: the launcher reported %d on device %d", launch.function, result, context->device);
  }
  return result;
}

static int sizes_allowed(const uint32_t *grid, const uint32_t *block) {
  const uint64_t threads = (uint64_t)block[0] * block[1] * block[2];
  return grid[0] > 0 && grid[0] <= INT32_MAX && grid[1] > 0 && grid[1] <= MOST_BLOCKS_YZ && grid[2] > 0 && grid[2] <= MOST_BLOCKS_YZ &&
         threads > 0 && threads <= MOST_THREADS && block[0] <= MOST_THREADS && block[1] <= MOST_THREADS && block[2] <= MOST_THREADS_Z;
}

EXPORT int cuLaunchKernel(
    struct standin_function *handle, uint32_t grid_x, uint32_t grid_y, uint32_t grid_z, uint32_t block_x, uint32_t block_y,
    uint32_t block_z, uint32_t shared_bytes, void *on, void **parameters, void **extra) {
  ENTER_CONTEXT()
  const struct standin_function *function = live_function(handle);
  struct standin_stream *stream = standin_stream(standin_current(), on);
  if (function == NULL || stream == NULL) {
    standin_complain("cuLaunchKernel: no %s of the current context", function == NULL ? "function" : "stream");
    return CUDA_ERROR_INVALID_HANDLE;
  }
  struct pending_launch launch = {function, {grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared_bytes, {0}};
  if (!sizes_allowed(launch.grid, launch.block) || shared_bytes > function->most_shared || extra != NULL) {
    standin_complain(
        "%s: grid %u %u %u, block %u %u %u, shared %u", function->name, grid_x, grid_y, grid_z, block_x, block_y, block_z, shared_bytes);
    return CUDA_ERROR_INVALID_VALUE;
  }
  const struct entry *entry = &function->entry;
  for (int i = 0; i < entry->parameters; i++) {
    if (parameters == NULL || parameters[i] == NULL) {
      standin_complain("%s: parameter %d is missing", function->name, i);
      return CUDA_ERROR_INVALID_VALUE;
    }
    memcpy(launch.parameters + entry->parameter[i].offset, parameters[i], entry->parameter[i].bytes);
  }
  if (launcher.launch == NULL) {
    standin_complain("%s: launched without a launcher", function->name);
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  count(LAUNCHES, 1);
  standin_enqueue(stream, run_launch, &launch, sizeof launch);
  return CUDA_SUCCESS;
}
