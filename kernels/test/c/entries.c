/*
 * Stand-in driver: what a launch needs of a PTX text, which is its version, its target and the parameters of each entry. For tests of our
 * own logic; says nothing about NVIDIA's libraries.
 */
#include "entries.h"

#include "standin.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Overwrites comments by spaces. */
void strip_comments(char *text) {
  for (char *at = text; *at != 0; at++) {
    if (at[0] == '/' && (at[1] == '/' || at[1] == '*')) {
      const int line = at[1] == '/';
      const char *end = strstr(at, line ? "\n" : "*/");
      const char *after = end == NULL ? at + strlen(at) : line ? end : end + 2;
      memset(at, ' ', (size_t)(after - at));
    }
  }
}

/* The first number after a directive, with digits behind its point, such as 7.0 after .version and 75 after .target sm_. */
static int number_after(const char *code, const char *directive, int *major, int *minor) {
  const char *at = strstr(code, directive);
  if (at == NULL) {
    return 0;
  }
  at += strlen(directive);
  *minor = 0;
  return sscanf(at, " %d.%d", major, minor) >= 1;
}

/* PTX n.0 came with CUDA n + 4. */
int check_text(const char *code) {
  const char *start = code + strspn(code, " \t\r\n");
  if (strncmp(start, ".version", strlen(".version")) != 0) {
    standin_complain("cuModuleLoadData: the image is not PTX text");
    return CUDA_ERROR_INVALID_IMAGE;
  }
  const char *end = code + strlen(code);
  while (end > code && isspace((unsigned char)end[-1])) {
    end--;
  }
  int major;
  int minor;
  if (end[-1] != '}' || !number_after(code, ".version", &major, &minor)) {
    standin_complain("cuModuleLoadData: no version, or more behind the last function: does the text end in NUL?");
    return CUDA_ERROR_INVALID_PTX;
  }
  if (major + 4 > standin_setting(DRIVER) / 1000) {
    return CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
  }
  int target;
  if (!number_after(code, ".target sm_", &target, &minor)) {
    return CUDA_ERROR_INVALID_PTX;
  }
  return target > standin_setting(CAPABILITY) ? CUDA_ERROR_NO_BINARY_FOR_GPU : CUDA_SUCCESS;
}

/* Bytes of one element of a type such as .u64, or 0 for a word that is no type. */
static uint32_t size_of(const char *word) {
  const int is_type = word[0] == '.' && word[1] != 0 && strchr("bsuf", word[1]) != NULL && isdigit((unsigned char)word[2]);
  return is_type ? (uint32_t)atoi(word + 2) / 8 : 0;
}

/* Reads a parameter such as ".param .u64 name" or ".param .align 8 .b8 name[16]". 0 if it is none. */
static int add_parameter(struct entry *entry, char *declaration) {
  uint32_t size = 0;
  uint32_t alignment = 0;
  uint32_t elements = 1;
  char *rest = declaration;
  for (char *word; (word = strsep(&rest, " \t\r\n")) != NULL;) {
    if (strcmp(word, ".align") == 0 && rest != NULL && size == 0) {
      alignment = (uint32_t)strtoul(rest, NULL, 10);
    }
    size = size == 0 ? size_of(word) : size;
    const char *bracket = strchr(word, '[');
    if (bracket != NULL) {
      elements = (uint32_t)strtoul(bracket + 1, NULL, 10);
    }
  }
  alignment = alignment == 0 ? size : alignment;
  if (size == 0 || entry->parameters == MOST_PARAMETERS) {
    return 0;
  }
  const uint32_t offset = (entry->bytes + alignment - 1) / alignment * alignment;
  entry->parameter[entry->parameters++] = (struct parameter){offset, size * elements};
  entry->bytes = offset + size * elements;
  return entry->bytes <= MOST_PARAMETER_BYTES;
}

/* The list of parameters behind the name of an entry; 0 if it cannot be read. */
int read_parameters(const char *after_name, struct entry *entry) {
  const char *open = after_name + strspn(after_name, " \t\r\n");
  const char *close = strchr(open, ')');
  if (*open != '(' || close == NULL) {
    return *open == '{' || *open == '.'; /* an entry without parameters */
  }
  char *list = strndup(open + 1, (size_t)(close - open - 1));
  char *rest = list;
  int good = 1;
  for (char *declaration; (declaration = strsep(&rest, ",")) != NULL && good;) {
    if (declaration[strspn(declaration, " \t\r\n")] != 0) {
      good = add_parameter(entry, declaration);
    }
  }
  free(list);
  return good;
}

/* What follows the name in the declaration of an entry, or null. */
const char *find_entry(const char *code, const char *name) {
  for (const char *at = code; (at = strstr(at, ".entry")) != NULL;) {
    at += strlen(".entry");
    at += strspn(at, " \t\r\n");
    const size_t length = strlen(name);
    if (strncmp(at, name, length) == 0 && strchr(" \t\r\n({", at[length]) != NULL) {
      return at + length;
    }
  }
  return NULL;
}
