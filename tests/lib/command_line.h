/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines written as one string of words separated by blanks, without the program's name:
 * parsed, or run as a command of the program.
 */
#ifndef SIFTR_TESTS_COMMAND_LINE_H
#define SIFTR_TESTS_COMMAND_LINE_H

#include "captured_output.h"
#include "options/options.h"

/*
 * Parses a command line, in which '' is an empty word, and captures what is reported. The options
 * point into static memory, valid until the next call. Returns what command_line__parse() returns.
 */
int parse(const char *line, struct options *options);

/* Asserts that parse() refuses the line, with a message that has both texts. */
void assert_parse_refused(const char *line, const char *named, const char *got);

/*
 * Runs the command line `line`, which starts with `check`, `repair` or `convert`, and captures its
 * output. Returns the exit code.
 */
int run_command(const char *line);
int repair(const char *file); /* Runs `siftr-bpf repair FILE`. Returns the exit code. */

/* From here on drawings of characters are ASCII and 72 columns wide. */
void plain_terminal(void);

#endif
