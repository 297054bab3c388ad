/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a file that a command makes at once, such as a plot. */
#ifndef SIFTR_COMMANDS_REPLACE_FILE_H
#define SIFTR_COMMANDS_REPLACE_FILE_H

#include <stddef.h>

/*
 * Replaces the file by `text` in one step. `use` says what it is for, such as "the plot". What is
 * there must be empty or begin as `text` does: a log that is named by mistake stays. 0 or a
 * negative errno, reported.
 */
int replace_file__write(const char *file, const char *use, const char *text, size_t bytes);

#endif
