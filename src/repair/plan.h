/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What has to be done to a log with killed runs in it so that all of it is
 * complete. Changes nothing: file_patch.h carries the plan out.
 */
#ifndef SIFTR_REPAIR_PLAN_H
#define SIFTR_REPAIR_PLAN_H

#include <limits.h>
#include <stdbool.h>
#include <linux/types.h>

#include "repair/checkpoint_load.h"
#include "repair/file_patch.h"

/* Runs reported one by one; those beyond are only counted. */
#define PLAN_RUNS_MAX 1000

/* A run without a footer. line == 0: an incomplete header that never became a run. */
struct plan_run {
	__u64 line; /* of the header */
	__u64 lines, flows;
	__u64 truncated_bytes; /* removed from its end */
	enum checkpoint_state checkpoint;
	bool own_counts;	/* its footer lacked flows or its newline only */
	struct siftr_time kept; /* time of the checkpoint */
	__u64 unwritten;	/* records of the checkpoint that became no line */
	__u64 younger;		/* lines the checkpoint does not know */
	__u64 flows_missing;
};

struct plan {
	struct plan_run *runs;
	size_t nr_runs, runs_capacity;
	__u64 more_runs; /* beyond PLAN_RUNS_MAX */
	struct plan_run unlisted;
	struct file_patch edits;
	__u64 defects; /* that repair leaves as they are */
	bool empty;    /* the log is, or will be */
	/* Checkpoints of runs that have their footer, or will have: names, each ended by 0. */
	char *used;
	size_t used_bytes;
	/* Of -EBADF: a checkpoint that is not this log's. */
	char refused[NAME_MAX + 1];
	enum checkpoint_state refused_state;
	/* Of -EBADMSG: the line that is not understood, and where its run begins. */
	__u64 strange_line, strange_run;
};

/*
 * Looks through the log `fd` for runs without a footer, and in its directory for their
 * checkpoints. A copy, if one is needed, is made in `copy_fd`, also a directory. 0, or a
 * negative errno: -EBADMSG when a killed run is not understood, -EBADF when a checkpoint
 * is refused. plan__free() in each case.
 */
int plan__plan(int fd, int directory_fd, int copy_fd, struct plan *plan);

/* Removes the checkpoints that are not needed any more. */
void plan__remove_used(const struct plan *plan, int directory_fd);

void plan__free(struct plan *plan);

#endif
