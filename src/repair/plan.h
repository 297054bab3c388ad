/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What repair found in a log and is going to change. scan.h makes a plan, file_patch.h carries
 * its edits out.
 */
#ifndef SIFTR_REPAIR_PLAN_H
#define SIFTR_REPAIR_PLAN_H

#include <limits.h>
#include <stdbool.h>
#include <linux/types.h>

#include "repair/checkpoint_load.h"
#include "repair/file_patch.h"

/* The most runs that are reported one by one; further ones are only counted. */
#define PLAN_RUNS_MAX 1000

/* A run without a complete footer. line == 0: a truncated header that never became a run. */
struct plan_run {
	__u64 line; /* number of the header's line */
	__u64 lines, flows;
	__u64 truncated_bytes; /* bytes to be removed from the end of the run */
	enum checkpoint_state checkpoint_state;
	struct siftr_time checkpoint_time;
	bool counts_from_footer; /* its footer is complete but for flows or the newline */
	__u64 lost_records;	 /* packets captured before the checkpoint that have no line */
	__u64 later_lines;	 /* lines written after the checkpoint */
	__u64 flows_missing;	 /* flows without a line that the checkpoint could not store */
};

struct plan {
	struct plan_run *runs;
	size_t nr_runs, runs_capacity;
	__u64 more_runs;	  /* runs beyond PLAN_RUNS_MAX */
	struct plan_run unlisted; /* takes the values of those runs, which are not kept */
	struct file_patch edits;
	__u64 defects; /* defects that repair cannot correct */
	bool empty;    /* the log is empty, or will be */
	/* Names of the checkpoints to remove once the log is complete, each ended by a NUL. */
	char *used_checkpoints;
	size_t used_bytes;
	/* If scan__log() returned -EBADF: the checkpoint that was rejected, and its state. */
	char rejected_checkpoint[NAME_MAX + 1];
	enum checkpoint_state rejected_state;
	/*
	 * If scan__log() returned -EBADMSG: the number of the line that prevents the repair, and
	 * the offset of the header of its run.
	 */
	__u64 malformed_line, malformed_run;
};

/* Adds a zeroed run, owned by the plan and valid until the next call; NULL when out of memory. */
struct plan_run *plan__add_run(struct plan *plan);

/* Notes a checkpoint for plan__remove_checkpoints(). 0 or -ENOMEM. */
int plan__add_used_checkpoint(struct plan *plan, const char *name);

/*
 * Removes the checkpoints that were noted, from the log's directory. Call it once the edits have
 * been applied, so that the runs have their footers.
 */
void plan__remove_checkpoints(const struct plan *plan, int directory_fd);

void plan__free(struct plan *plan);

#endif
