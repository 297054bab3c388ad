/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration file: a line an option, "NAME = VALUE", names as on the
 * command line. Empty lines and lines that begin with '#' are comments.
 */
#ifndef SIFTR_OPTIONS_FILE_H
#define SIFTR_OPTIONS_FILE_H

#include "options/options.h"

/*
 * Sets what stands in the file and is not in `*given` already, a bit for each row of
 * option_table, and adds it there. The options' strings stay valid until the next
 * call. 0 or a negative errno, after a message that names file and line.
 */
int options_file__read(const char *path, __u64 *given, struct options *options);

#endif
