/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line as one string, and what is said about it. */
#ifndef SIFTR_TESTS_COMMAND_LINE_H
#define SIFTR_TESTS_COMMAND_LINE_H

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options/options.h"

#define WORDS_MAX 8

static char complaint[1024];

/* Parses the words of one line, '' for an empty one; what is said on stderr lands in `complaint`.
 */
static inline int parse(const char *line, struct options *options)
{
	/* The options point into both. */
	static char words[256], *argv[WORDS_MAX + 2] = {"siftr-bpf"};
	int argc = 1, saved = dup(STDERR_FILENO), err;
	FILE *said = tmpfile();
	size_t bytes;

	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "''") ? word : "";
	argv[argc] = NULL;
	fflush(stderr);
	dup2(fileno(said), STDERR_FILENO);
	optind = 0;
	err = options__parse(argc, argv, options);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(said);
	bytes = fread(complaint, 1, sizeof(complaint) - 1, said);
	complaint[bytes] = '\0';
	fclose(said);
	return err;
}

#endif
