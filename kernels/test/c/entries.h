/* Entries of a PTX text, for the stand-in driver. */
#ifndef ENTRIES_H
#define ENTRIES_H

#include <stdint.h>

enum {
  MOST_PARAMETERS = 64,
  MOST_PARAMETER_BYTES = 4352 /* what every PTX version before 8.1 allows */
};

struct parameter {
  uint32_t offset;
  uint32_t bytes;
};

/* Where the parameters of an entry lie in its block of parameters. */
struct entry {
  int parameters;
  struct parameter parameter[MOST_PARAMETERS];
  uint32_t bytes;
};

void strip_comments(char *text);
int check_text(const char *code);
const char *find_entry(const char *code, const char *name);
int read_parameters(const char *after_name, struct entry *entry);

#endif
