/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The current file of a log: writes its header and footer, and updates its checkpoint if repair can
 * use one. Footer and checkpoint have the counts since the file began. The footer counts a record
 * only if it was read from its ring before the file ended; the checkpoint also counts records that
 * are still in a ring.
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
	struct format_cache *cache;
	__u64 max_bytes; /* 0: no limit */
	__u32 sysver;
	__u64 begin_ns; /* CLOCK_MONOTONIC time in the header; for the first, the run's start */

	__u64 begin_bytes; /* size of the file before the header */
	struct siftr_time begun;
	struct checkpoint_run run;	      /* identifies the run in its checkpoint */
	bool header_pending;		      /* the header is not written yet for lack of space */
	bool complete;			      /* the file has its footer */
	bool suspended;			      /* between two bursts: no header until the next */
	struct accounting before;	      /* counts when this file began */
	__u64 lines_before[SIFTR_DIRECTIONS]; /* lines of all files when this one began */
	__u64 first_ns;	 /* time of the first line that a flight recorder has returned; 0: none */
	__u64 oldest_ns; /* the next file begins no later than this; 0: it may at any time */
	__u64 checkpoint_lines; /* lines of all files at the last checkpoint */
	struct log_checkpoint checkpoint;
};

/* Whether another file can follow: the log is a regular file with a name. */
bool log_file__can_rotate(const struct log_file *file);

/* Upper bound of the footer's bytes if `more_flows` new flows come; 0 if the format has none. */
__u64 log_file__footer_bytes(const struct log_file *file, size_t more_flows);

/*
 * Whether the file with `nr_lines` more lines and its footer would exceed --max-size; false without
 * --max-size, for a new file with only its header, or if no other file can follow. May flush lines
 * to learn their compressed size.
 */
bool log_file__is_full(const struct log_file *file, size_t nr_lines);

/*
 * Writes the header of the first file, reserves space for its footer and creates its checkpoint. If
 * there is no space, reports that and leaves the header pending, see log_file__try_to_begin(): that
 * is no failure. 0 or the negative errno of a failed write, unreported.
 */
int log_file__begin(struct log_file *file);

/*
 * Writes the pending header if there is space for it by now. Returns whether the file has its
 * header.
 */
bool log_file__try_to_begin(struct log_file *file);

/* Writes the header of a file that begins at CLOCK_MONOTONIC `begin_ns`; creates its checkpoint. */
void log_file__begin_at(struct log_file *file, __u64 begin_ns);

/*
 * Reports that the log ends without a footer, and why. Returns an exit code.
 */
int log_file__report_no_footer(const struct log_file *file);

/*
 * Writes the buffered lines, or counts them as lost, and then the footer with the CLOCK_MONOTONIC
 * time `end_ns`, if the format has one. Counting for the next file begins. Returns an exit code.
 */
int log_file__end(struct log_file *file, __u64 end_ns);

/*
 * Updates the checkpoint; see log_checkpoint__update(). With a flight recorder it changes only when
 * lines do, so that nothing is written while all is well.
 */
void log_file__checkpoint(struct log_file *file);

#endif
