/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of all commands, read by the command line's parser and by --help. */
#ifndef SIFTR_OPTIONS_COMMAND_TABLE_H
#define SIFTR_OPTIONS_COMMAND_TABLE_H

#include <stdbool.h>

#include "options/options.h"

struct command_row {
	const char *name;
	enum command command;
	bool takes_files;
	bool takes_stdin;     /* a FILE may be "-" */
	bool takes_words;     /* arguments that are no files */
	const char *synopsis; /* without the program's name */
	const char *help;
	const char *exit_status; /* what each exit status means */
};

#define COMMAND_BIT(command) (1U << (command))

/* The first row is the default command; the last row's name is NULL. */
extern const struct command_row command_table[];

/* NULL if there is no such command. */
const struct command_row *command_table__find(const char *name);

#endif
