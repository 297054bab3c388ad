/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renames the files of a log at a rotation with --max-size: FILE to FILE.1, FILE.1 to FILE.2 and so
 * on to FILE.N. The oldest is removed only after the next file has been opened; until then every
 * rename can be undone.
 */
#ifndef SIFTR_OUTPUT_LOG_RENAMES_H
#define SIFTR_OUTPUT_LOG_RENAMES_H

#include <limits.h>
#include <stdbool.h>
#include <linux/types.h>

#include "output/log_path.h"

struct log_renames {
	const struct log_path *path;
	__u32 keep;
	__u32 shifted; /* files with numbers below this (the log is 0) have got the next one */
	char outgoing[NAME_MAX + 1]; /* temporary name of the file to be removed; "": none */
	bool blocked;		     /* the file `blocked_number` could not be renamed last time */
	__u32 blocked_number;
};

/*
 * Renames FILE to FILE.1, FILE.1 to FILE.2 and so on, up to the first free number; the highest is
 * renamed first. If `keep` files exist already, the oldest gets a temporary name before. The caller
 * continues with log_renames__commit() or log_renames__undo(), until which `path` is kept. 0, or a
 * negative errno, reported: all files have their old names, and while the file that could not be
 * renamed still cannot be, later calls change nothing.
 */
int log_renames__shift(struct log_renames *files, const struct log_path *path, __u32 keep);

/* Removes the oldest file. Call it once the next file has been opened. */
void log_renames__commit(struct log_renames *files);

/* Renames all files back. Call it if the next file cannot be opened. */
void log_renames__undo(struct log_renames *files);

#endif
