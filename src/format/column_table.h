/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns of a row as a table, by number: what siftr-bpf fields tells of them. */
#ifndef SIFTR_FORMAT_COLUMN_TABLE_H
#define SIFTR_FORMAT_COLUMN_TABLE_H

#include "format/row.h"

/* The name of the group of all columns. */
#define COLUMN_TABLE_GROUP "siftr"

struct column_entry {
	const char *name;
	const char *type;   /* u32 or u8, which its values fit */
	const char *unit;   /* "": none */
	const char *member; /* the kernel's members that it is made of; "": none */
	const char *help;
};

extern const struct column_entry column_table[ROW_COLUMNS];

#endif
