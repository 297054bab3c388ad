/* SPDX-License-Identifier: BSD-2-Clause */
/* Converts the text of an option's value; every number must be complete and in range. */
#ifndef SIFTR_OPTIONS_OPTION_VALUE_H
#define SIFTR_OPTIONS_OPTION_VALUE_H

#include <linux/types.h>

struct option_row;
struct options;

/*
 * Sets the option's member in `options`. `text` is NULL for a flag of the command line;
 * a file name or a list is not copied. A filter is added to those that `options` has. Messages call
 * the option `name`. 0, or -EINVAL, reported.
 */
int option_value__parse(const struct option_row *row, const char *name, const char *text,
			struct options *options);

/* Sets each option that has a default to that default. The others must be 0 in `options` before. */
void option_value__set_initial(struct options *options);

#endif
