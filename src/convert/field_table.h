/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of captured fields and their fields as tables, by number: see siftr/groups.h. */
#ifndef SIFTR_CONVERT_FIELD_TABLE_H
#define SIFTR_CONVERT_FIELD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/groups.h>

struct field_group {
	const char *name;
	const char *help;
	__u32 first; /* number of its first field */
};

struct field_row {
	const char *name; /* "": the second half of the text before it */
	const char *type; /* u8 to u64, or text */
	const char *unit; /* "": none */
	const char *member;
	const char *lacking; /* "": no kernel lacks it */
	const char *help;
	__u16 group;
	__u16 offset; /* in the group's block */
	__u16 bytes;
	bool is_jiffies; /* captured so, and written as us */
};

/* Its value is two values in a row. */
static inline bool field_table__is_text(const struct field_row *field)
{
	return field->bytes > sizeof(__u64);
}

extern const struct field_group field_groups[SIFTR_GROUPS];
extern const struct field_row field_table[SIFTR_FIELDS];

/* The group or field with a name of `bytes` bytes, or -1. */
int field_table__find_group(const char *name, size_t bytes);
int field_table__find(const char *name, size_t bytes);

#endif
