/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The paths that a trace run writes: the log and the packet accounting. Both are looked up
 * before either file is created, so that two options that name one file change nothing.
 */
#ifndef SIFTR_COMMANDS_OUTPUT_PATHS_H
#define SIFTR_COMMANDS_OUTPUT_PATHS_H

#include <stdbool.h>

#include "accounting/accounting.h"
#include "options/options.h"
#include "output/log_path.h"
#include "output/replacement.h"
#include "service/privileges.h"

struct output_paths {
	struct log_path log;	    /* all zeros: stdout */
	struct log_path accounting; /* all zeros: no --stats */
	struct replacement accounting_file;
};

/*
 * Looks up the paths of the options; fails if two name the same file. 0 or a negative errno,
 * reported.
 */
int output_paths__find(struct output_paths *paths, const struct options *options);

/*
 * Makes sure that the accounting can be written after privileges__drop(); `can_rotate` as in
 * output_paths__needs(). 0 or a negative errno, reported.
 */
int output_paths__prepare_accounting(struct output_paths *paths, bool can_rotate);

/*
 * Sets in `needs` the user that root becomes, and the directories in which it creates files then.
 * The user is the owner of the log's directory if the log `can_rotate`, see log_file__can_rotate();
 * else of the accounting's directory, unless that is root; else nobody.
 */
void output_paths__needs(const struct output_paths *paths, bool can_rotate,
			 struct privileges_needs *needs);

/*
 * Writes the packet accounting to the file of --stats, if given.
 * 0 or a negative errno, reported.
 */
int output_paths__write_accounting(const struct output_paths *paths,
				   const struct accounting *accounting);

void output_paths__close(struct output_paths *paths);

#endif
