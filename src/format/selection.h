/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which columns and fields the rows of a table have. Every row begins with its time, direction and
 * flow; then come SIFTR's columns and the fields, in the order of their tables.
 */
#ifndef SIFTR_FORMAT_SELECTION_H
#define SIFTR_FORMAT_SELECTION_H

#include <stdbool.h>

#include "format/row.h"

struct selection {
	__u32 columns; /* ROW_BIT() of each */
	__u32 nr_fields;
	__u16 fields[SIFTR_FIELDS]; /* numbers, ascending */
};

/* The names of all columns by their number. */
extern const char *const selection__columns[ROW_COLUMNS];

/* All columns and no fields, or also the fields of the set `present`, a bit for each number. */
void selection__columns_and(struct selection *selection, const __u64 present[ROW_FIELDS_MAX / 64]);

/*
 * Chooses by a list of names of groups, fields and columns, of which "siftr" is the group. The list
 * changes what is selected before if it begins with + or -; else it replaces it. 0 or -EINVAL,
 * reported.
 */
int selection__parse(struct selection *selection, const char *list);

bool selection__has(const struct selection *selection, int field);

/* SIFTR_GROUP_BIT() of the groups that its fields belong to. */
__u32 selection__groups(const struct selection *selection);

#endif
