/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of all options. The parsers of the command line and of the configuration
 * file, --help and the messages read it, so a new option is one row.
 */
#ifndef SIFTR_OPTIONS_OPTION_TABLE_H
#define SIFTR_OPTIONS_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "filter/filter.h"
#include "options/name_list.h"

/* The syntax of an option's value, and the type of its member in struct options. */
enum option_kind {
	OPTION_FLAG,	/* no value on the command line, yes or no in a file; bool */
	OPTION_FILE,	/* a file name; const char * */
	OPTION_U32,	/* min to max; __u32 */
	OPTION_U64,	/* min to max; __u64 */
	OPTION_SIZE,	/* bytes, min to max, with an optional suffix K, M, G or T; __u64 */
	OPTION_FORMAT,	/* the name of a format; its place in formats.def, __u32 */
	OPTION_ZSTD,	/* zstd or none; bool */
	OPTION_NAME,	/* a name, which the command looks up; const char * */
	OPTION_LIST,	/* names, which the command reads; const char * */
	OPTION_WHEN,	/* yes, no or auto; __u32, enum option_when */
	OPTION_BURSTS,	/* ON/PERIOD; struct burst_schedule */
	OPTION_FILTER,	/* a list of a filter, which may be repeated; struct filter_values */
	OPTION_SPAN,	/* a number of packets or a time, which the command reads; const char * */
	OPTION_TEXTS,	/* any text, which may be repeated; struct option_texts */
	OPTION_NAMES,	/* known names, a set of their bits; __u32 */
	OPTION_TIME,	/* a number with us, ms or s, stored in nanoseconds, min to max; __u64 */
	OPTION_SECONDS, /* given in seconds, stored in milliseconds, min to max; __u64 */
};

struct option_row {
	const char *name;
	char letter;	     /* 0: none */
	const char *metavar; /* name of the value in --help, NULL for a flag */
	enum option_kind kind;
	size_t member; /* offset in struct options */
	__u64 min, max;
	__u64 initial;		/* the default; 0: --help shows none */
	unsigned int commands;	/* COMMAND_BIT() of each command that takes the option */
	bool command_line_only; /* not allowed in a configuration file */
	const char *needs;	/* name of an option that must be given as well, or NULL */
	const char *several;	/* advice for a user who gives the option twice, or NULL */
	const char *completes; /* of OPTION_LIST: what is offered; "other": nothing; NULL: fields */
	enum filter_kind filter; /* of OPTION_FILTER: which one */
	const char *help;
	const struct list_name *names; /* of OPTION_NAMES */
	const char *alias;	       /* former name: accepted, not shown; or NULL */
};

/* As many rows as the table may have, with the last, empty one. */
#define OPTIONS_MAX 128

/* All options; the last row's name is NULL. */
extern const struct option_row option_table[];

/* Finds an option by its name or former name; NULL if there is none. */
const struct option_row *option_table__find(const char *name);

#endif
