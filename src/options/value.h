/* SPDX-License-Identifier: BSD-2-Clause */
/* Text to the value of one option: every number whole and in range. */
#ifndef SIFTR_OPTIONS_VALUE_H
#define SIFTR_OPTIONS_VALUE_H

#include "options/table.h"

/* Long enough for any size or whole number. */
#define VALUE_TEXT_BYTES 24

/*
 * Sets the option's member; `text` is NULL for a flag of the command line. `name` is
 * what a message calls the option. 0, or -EINVAL after a message. A file's name is
 * not copied.
 */
int value__parse(const struct option_row *row, const char *name, const char *text,
		 struct options *options);

/* The values that options have when they are not given. */
void value__set_initial(struct options *options);

/* A number as the option's user would write it: "16M" for a size. */
void value__print(const struct option_row *row, __u64 value, char text[VALUE_TEXT_BYTES]);

#endif
