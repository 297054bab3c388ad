/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The older files of a log that rotates by itself: FILE.1, the newest, to FILE.N. A file
 * is removed only when the whole rotation has succeeded; until then all can be undone.
 */
#ifndef SIFTR_OUTPUT_RETENTION_H
#define SIFTR_OUTPUT_RETENTION_H

#include <limits.h>
#include <stdbool.h>
#include <linux/types.h>

#include "output/log_path.h"

struct old_files {
	const struct log_path *path;
	__u32 keep;
	__u32 shifted;		  /* the files with the numbers below have the next one now */
	char spare[NAME_MAX + 1]; /* where the oldest waits for its removal; "": there is none */
	bool refused;		  /* the file `refusing` could not be renamed the last time */
	__u32 refusing;
};

/*
 * Makes FILE.N of FILE.N-1 and so on, up to the first number that is free, at last FILE.1
 * of FILE. Nothing is FILE afterwards. Where `keep` files stand already the oldest is put
 * aside. retention__commit() or retention__undo() comes next. 0, or a negative errno,
 * reported: then all files are what they were, and as long as the same file cannot be
 * renamed the next call leaves the others alone.
 */
int retention__shift(struct old_files *files, const struct log_path *path, __u32 keep);

/* The next file has begun: removes the one put aside. */
void retention__commit(struct old_files *files);

/* The next file cannot begin: gives all files back their names. */
void retention__undo(struct old_files *files);

#endif
