/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The paths that a trace run writes: the log, the packet accounting, the manifest. All are looked
 * up before any file is created, so that two options that name one file change nothing.
 */
#ifndef SIFTR_COMMANDS_OUTPUT_PATHS_H
#define SIFTR_COMMANDS_OUTPUT_PATHS_H

#include <stdbool.h>

#include "options/options.h"
#include "output/log_path.h"
#include "output/replacement.h"
#include "service/privileges.h"

/* The files beside the log, each written as a whole. */
enum output_side {
	OUTPUT_ACCOUNTING,
	OUTPUT_MANIFEST,
	OUTPUT_SIDES,
};

struct output_paths {
	struct log_path log; /* all zeros: stdout */
	struct {
		struct log_path path; /* all zeros: the option is not given */
		struct replacement file;
	} sides[OUTPUT_SIDES];
};

/*
 * Looks up the paths of the options; fails if two name the same file, or if a file beside the log
 * is there already and of another kind. 0 or a negative errno, reported.
 */
int output_paths__find(struct output_paths *paths, const struct options *options);

/*
 * Makes sure that the files beside the log can be written after privileges__drop(); `can_rotate` as
 * in output_paths__needs(). 0 or a negative errno, reported.
 */
int output_paths__prepare(struct output_paths *paths, bool can_rotate);

/*
 * Sets in `needs` the user that root becomes, and the directories in which it creates files then.
 * The user is the owner of the log's directory if the log `can_rotate`, see log_file__can_rotate();
 * else of the directory of the accounting, or else of the manifest, unless that is root; else
 * nobody.
 */
void output_paths__needs(const struct output_paths *paths, bool can_rotate,
			 struct privileges_needs *needs);

/*
 * Replaces the content of the file, if its option is given; NULL as a text is out of memory. 0 or a
 * negative errno, reported.
 */
int output_paths__write(const struct output_paths *paths, enum output_side side, const char *text);

/*
 * Looks up another path for the log; fails if it is one of the files beside the log. 0 or a
 * negative errno, reported.
 */
int output_paths__find_log(const struct output_paths *paths, __u32 keep, const char *path,
			   struct log_path *found);

void output_paths__close(struct output_paths *paths);

#endif
