/* SPDX-License-Identifier: BSD-2-Clause */
/* Option values that are lists of known names, with commas between them: a set, a bit for each. */
#ifndef SIFTR_OPTIONS_NAME_LIST_H
#define SIFTR_OPTIONS_NAME_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct list_name {
	const char *name;
	const char *alias; /* accepted as well, or NULL */
	__u32 bit;
};

/* What --on-change and --keep can name; the last row's name is NULL. */
extern const struct list_name name_list__watched[], name_list__kept[];

/* Sets *set to the bits of the names; false if one is unknown. */
bool name_list__parse(const struct list_name *names, const char *text, __u64 *set);

/* Writes all names, with ", " between them. */
void name_list__print(const struct list_name *names, char *text, size_t bytes);

#endif
