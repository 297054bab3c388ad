/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options and the commands, a row each. getopt, the configuration file,
 * --help and the messages all go by these two tables.
 */
#ifndef SIFTR_OPTIONS_TABLE_H
#define SIFTR_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "options/options.h"

/* What an option's value is, and of which type its member of struct options. */
enum option_kind {
	OPTION_FLAG,	/* none on the command line, yes or no in a file; bool */
	OPTION_FILE,	/* the name of a file; const char * */
	OPTION_WHOLE32, /* min to max; __u32 */
	OPTION_WHOLE64, /* min to max; __u64 */
	OPTION_SIZE,	/* bytes, min to max, with K, M, G or T behind; __u64 */
	OPTION_SECONDS, /* min to max milliseconds, given as seconds; __u64 */
};

struct option_row {
	const char *name;
	char letter;	     /* 0: none */
	const char *metavar; /* of the value, NULL for a flag */
	enum option_kind kind;
	size_t member; /* offset in struct options */
	__u64 min, max;
	__u64 initial;	       /* 0: none worth telling */
	unsigned int commands; /* that take it: COMMAND_BIT() of each */
	bool only_in_words;    /* a configuration file does not take it */
	const char *needs;     /* another option that must be given as well, or NULL */
	const char *several;   /* what to do who wants more than one value, or NULL */
	const char *help;
	const char *alias; /* a former name, accepted but not shown, or NULL */
};

struct command_row {
	const char *name;
	enum command command;
	int takes_files;   /* 2: or "-", standard input */
	const char *words; /* behind the program's name */
	const char *help;
};

#define COMMAND_BIT(command) (1U << (command))

/* Sets of options are 64 bits. */
#define OPTIONS_MAX 64

/* Both end with a row whose name is NULL. */
extern const struct option_row option_table[];
extern const struct command_row command_table[];

/* NULL: no such row. */
const struct option_row *option_table__find(const char *name);
const struct command_row *command_table__find(const char *name);

#endif
