/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The current file of a log: writes its header and footer and updates its checkpoint. Its counts
 * are those since it began; a record is counted when it is read from its ring.
 */
#ifndef SIFTR_COMMANDS_LOG_FILE_H
#define SIFTR_COMMANDS_LOG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "accounting/accounting.h"
#include "commands/log_checkpoint.h"
#include "commands/log_output.h"
#include "commands/run_counts.h"
#include "commands/wall_clock.h"
#include "convert/flows.h"
#include "format/format.h"
#include "output/log_path.h"

struct log_file {
	/* Set by the caller, who owns what they point to. */
	const struct log_path *path; /* NULL: stdout */
	struct log_output *output;
	struct run_counts *counts;
	struct wall_clock *wall;
	struct flows *flows;
	const struct format *format;
	__u64 max_bytes; /* 0: no limit */
	__u32 sysver;
	__u64 begin_ns; /* CLOCK_MONOTONIC time of this file's header, at first of the run */

	__u64 begin_bytes; /* size of the file before the header */
	struct siftr_time begun;
	struct checkpoint_run run;	      /* identifies the run in its checkpoint */
	bool header_pending;		      /* the header is not written yet for lack of space */
	bool complete;			      /* the file has its footer */
	struct accounting before;	      /* counts when this file began */
	__u64 lines_before[SIFTR_DIRECTIONS]; /* lines of all files when this one began */
	struct log_checkpoint checkpoint;
};

/* Whether another file can follow: the log is a regular file with a name. */
bool log_file__can_rotate(const struct log_file *file);

/* Upper bound of the footer's size with `more_flows` new flows. */
__u64 log_file__footer_bytes(const struct log_file *file, size_t more_flows);

/* Whether `nr_lines` more lines and the footer would exceed --max-size. */
bool log_file__is_full(const struct log_file *file, size_t nr_lines);

/*
 * Writes the header of the first file and reserves space for its footer. If there is no space
 * the header is pending, see log_file__try_to_begin(). 0 or a negative errno, unreported.
 */
int log_file__begin(struct log_file *file);

/*
 * Writes the pending header if there is space for it by now. Returns whether the file has its
 * header.
 */
bool log_file__try_to_begin(struct log_file *file);

/* Writes the header of a file that begins at `begin_ns`, and creates its checkpoint. */
void log_file__begin_at(struct log_file *file, __u64 begin_ns);

/*
 * Writes the footer, after all data lines have been written or counted as lost. Returns an exit
 * code.
 */
int log_file__end(struct log_file *file, __u64 end_ns);

/* Updates the checkpoint; see log_checkpoint__update(). */
void log_file__checkpoint(struct log_file *file);

#endif
