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
	void (*next_file)(struct tracer *tracer); /* lets the programs announce flows anew */
	__u32 keep;				  /* number of old files kept, with --max-size */

	struct log_renames old;
	bool next_wanted;    /* the next file could not be opened yet */
	bool error_reported; /* the failure to open the next file has been reported */
	__u64 retry_ns;	     /* when to try again to open the next file */
	__u64 finish_ns;     /* when to sync the old file; 0: there is none */
	int status;	     /* exit code of the previous files */
};

/*
 * Opens the next file. If the current one still has the log's name, renames it and the old files
 * first with --max-size; without, opens none and sets *is_same: another run follows in the same
 * file. 0 or a negative errno: then `next_wanted` is set, and the first failure is reported.
 */
int log_rotation__prepare_next(struct log_rotation *rotation, bool *is_same);

/*
 * Ends the current file with its footer at `boundary_ns` (CLOCK_MONOTONIC) and continues in the
 * next one, or as a further run in the same file, see log_rotation__prepare_next(). If the next
 * file cannot be opened the current one continues, without a footer yet, and `next_wanted` is set.
 * All records up to `boundary_ns` must have been logged, and no later one.
 */
void log_rotation__rotate(struct log_rotation *rotation, __u64 boundary_ns);

/*
 * Continues in the next file although the current one has no header yet for lack of space. The
 * current file then needs no footer.
 */
void log_rotation__move_pending_header(struct log_rotation *rotation);

/*
 * Before the first header: leaves an existing file that has no room for another run within
 * --max-size, for the next file. If that cannot be opened the run begins in the full one.
 */
void log_rotation__leave_full_file(struct log_rotation *rotation);

/*
 * Ends a burst: the footer with the time `end_ns` (CLOCK_MONOTONIC), after which nothing is written
 * until log_rotation__resume(). All records must have been logged.
 */
void log_rotation__suspend(struct log_rotation *rotation, __u64 end_ns);

/*
 * Begins the next burst as a further run of the log, which is continued in the next file if this
 * one is full. Without space the header is pending and lines are lost.
 */
void log_rotation__resume(struct log_rotation *rotation, __u64 begin_ns);

/*
 * Begins the file to which the writer has just changed, or a further run in the same file: lets the
 * programs announce all flows anew, empties the flow list, writes the header and creates the
 * checkpoint. The time in the header is `begin_ns` (CLOCK_MONOTONIC), but no earlier than that in
 * the header before.
 */
void log_rotation__begin_next(struct log_rotation *rotation, __u64 begin_ns);

/*
 * Opens the log at another path, to which log_rotation__change_path() goes on. 0, or a negative
 * errno, reported: nothing has changed.
 */
int log_rotation__open_path(struct log_rotation *rotation, const struct log_path *path);

/*
 * Ends the current file as log_rotation__rotate() does, closes its path *current, and goes on in
 * the one that is open at *next, which becomes *current. While the log is suspended neither gets a
 * header or footer.
 */
void log_rotation__change_path(struct log_rotation *rotation, struct log_path *current,
			       const struct log_path *next, __u64 boundary_ns);

/* Syncs the old file, if there is one, which blocks. A failure is reported and sets `status`. */
void log_rotation__finish_old(struct log_rotation *rotation);

#endif
