/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which columns and fields the rows of a table have. Every row begins with its time, direction and
 * flow; then come SIFTR's columns and the fields, in the order of their tables.
 */
#ifndef SIFTR_FORMAT_SELECTION_H
#define SIFTR_FORMAT_SELECTION_H

#include <stdbool.h>

#include "format/row.h"

/* A name for the groups that tell why a connection is slow, which is no group itself. */
#define SELECTION_ANSWERS "answers"

struct selection {
	__u32 columns;		    /* ROW_BIT() of each selected column */
	__u32 nr_fields;	    /* how many of `fields` are set */
	__u16 fields[SIFTR_FIELDS]; /* field numbers, ascending */
};

/*
 * Selects all columns, and the fields of the set `present`, which has a bit for each field number;
 * no fields if it is NULL.
 */
void selection__columns_and(struct selection *selection, const __u64 present[ROW_FIELDS_MAX / 64]);

/*
 * Selects by a list of names of groups, fields and columns, with commas between them; "siftr" is
 * the group of all columns. A name after a - is removed, any other added: to what *selection has if
 * the list begins with + or -, else to nothing. 0, or -EINVAL, which has been reported.
 */
int selection__parse(struct selection *selection, const char *list);

/* Whether the field of this number is selected. */
bool selection__has(const struct selection *selection, int field);

/* SIFTR_GROUP_BIT() of the groups that its fields belong to. */
__u32 selection__groups(const struct selection *selection);

#endif
