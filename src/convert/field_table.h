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
	const char *name;    /* "": the second half of the text in the row before */
	const char *type;    /* u8 to u64, or text */
	const char *unit;    /* "": none */
	const char *member;  /* the kernel's members that it is read from */
	const char *lacking; /* the kernels in which it is absent; "": none */
	const char *help;
	const char *owner; /* the congestion control in whose private state it is; NULL: none */
	__u16 group;
	__u16 offset;	 /* from the beginning of the group's block; with an owner, unused */
	__u16 bytes;	 /* 0: the second half of the text in the row before */
	bool is_jiffies; /* captured in jiffies, written in microseconds */
};

/* Whether a field is a text, which takes two of the 64-bit values of struct row_fields. */
static inline bool field_table__is_text(const struct field_row *field)
{
	return field->bytes > sizeof(__u64);
}

extern const struct field_group field_groups[SIFTR_GROUPS];
extern const struct field_row field_table[SIFTR_FIELDS];

/* The number of the group or field whose name is `name`, of `bytes` bytes; -1 if there is none. */
int field_table__find_group(const char *name, size_t bytes);
int field_table__find(const char *name, size_t bytes);

#endif
