/* SPDX-License-Identifier: BSD-2-Clause */
/* A set of options, by their rows in option_table: those that were given. */
#ifndef SIFTR_OPTIONS_OPTION_SET_H
#define SIFTR_OPTIONS_OPTION_SET_H

#include <stdbool.h>

#include "options/option_table.h"

struct option_set {
	bool has[OPTIONS_MAX];
};

static inline bool option_set__has(const struct option_set *set, const struct option_row *row)
{
	return set->has[row - option_table];
}

/* The same for an option that the table has, by its name. */
static inline bool option_set__has_name(const struct option_set *set, const char *name)
{
	return option_set__has(set, option_table__find(name));
}

static inline void option_set__add(struct option_set *set, const struct option_row *row)
{
	set->has[row - option_table] = true;
}

#endif
