/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rotates the log: opens the next file, ends the current one with its footer and begins the next
 * with its header. session.c asks for it, on SIGHUP and when --max-size is reached; log_renames.h
 * renames the old files. If the next file cannot be opened the current one continues.
 */
#ifndef SIFTR_COMMANDS_LOG_ROTATION_H
#define SIFTR_COMMANDS_LOG_ROTATION_H

#include <stdbool.h>
#include <linux/types.h>

#include "capture/tracer.h"
#include "commands/log_file.h"
#include "format/format.h"
#include "output/log_renames.h"

struct log_rotation {
	/* Set by the caller, who owns what they point to. */
	struct log_file *file;
	struct format_cache *cache;
	struct tracer *tracer;
	void (*next_file)(struct tracer *tracer); /* begins a file on the kernel side */
	__u32 keep;				  /* old files, with --max-size */

	struct log_renames old;
	bool next_wanted;    /* the next file could not be opened yet */
	bool error_reported; /* that has been reported */
	__u64 retry_ns;	     /* when to try again */
	__u64 finish_ns;     /* when to sync the old file; 0: there is none */
	int status;	     /* exit code of the previous files */
};

/*
 * Opens the next file; with --max-size renames the old ones first. Without it, if nobody has
 * renamed the current file, opens none and sets *is_same: another run follows in that file. 0 or a
 * negative errno, reported the first time.
 */
int log_rotation__prepare_next(struct log_rotation *rotation, bool *is_same);

/*
 * Ends the current file with its footer at `boundary_ns` and continues in the file that has the
 * log's name then; if nobody has renamed the file, in the same one as a further run. If that
 * fails the current file continues and `next_wanted` is set. All records up to `boundary_ns`
 * must have been logged, and no later one.
 */
void log_rotation__rotate(struct log_rotation *rotation, __u64 boundary_ns);

/*
 * Continues in the next file although the current one has no header yet for lack of space. The
 * current file then needs no footer.
 */
void log_rotation__move_pending_header(struct log_rotation *rotation);

/* Before the first header: leaves an existing file that has no space for another run. */
void log_rotation__leave_full_file(struct log_rotation *rotation);

/* Begins a file to which the writer has just changed: flows, header, checkpoint. */
void log_rotation__begin_next(struct log_rotation *rotation, __u64 begin_ns);

/* Syncs the old file, if there is one, which blocks. A failure is reported and sets `status`. */
void log_rotation__finish_old(struct log_rotation *rotation);

#endif
