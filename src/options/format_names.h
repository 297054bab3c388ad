/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the formats, in the order of formats.def, for the option and --help. */
#ifndef SIFTR_OPTIONS_FORMAT_NAMES_H
#define SIFTR_OPTIONS_FORMAT_NAMES_H

#include <stdbool.h>
#include <linux/types.h>

struct format_name {
	const char *name;
	const char *help;
};

/* Ends with a row whose name is NULL. */
extern const struct format_name format_names[];

/* The number of "table", which is no format of a log: columns for people. */
#define FORMAT_TABLE (~(__u32)0)

/* Whether a format has the name; *number is its place then. */
bool format_names__find(const char *name, __u64 *number);

/* Writes "siftr, csv, ..." to `text`; returns `text`. */
const char *format_names__list(char *text, unsigned int bytes);

#endif
