/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces a file by what is written at once, such as a plot, unless it is of another kind. */
#ifndef SIFTR_COMMANDS_REPLACE_FILE_H
#define SIFTR_COMMANDS_REPLACE_FILE_H

#include <stddef.h>

#include "output/log_path.h"

/*
 * Checks that what is at the path may be replaced: nothing, no regular file, an empty one, or one
 * that begins with these bytes, or ends within them. 0 or -EEXIST, reported.
 */
int replace_file__check(const struct log_path *path, const char *beginning, size_t bytes);

/*
 * Replaces the file by `text` in one step. `use` says what it is for, such as "the plot". What is
 * there must be empty or begin as `text` does: a log that is named by mistake stays. 0 or a
 * negative errno, reported.
 */
int replace_file__write(const char *file, const char *use, const char *text, size_t bytes);

#endif
