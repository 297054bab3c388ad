/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What has to be done to a log with killed runs in it so that all of it is
 * whole. Only looks: edits.h carries it out.
 */
#ifndef SIFTR_LOG_MEND_H
#define SIFTR_LOG_MEND_H

#include <limits.h>
#include <linux/types.h>

#include "log/checkpoint.h"
#include "log/edits.h"

/* A killed run, or (line 0) what somebody was killed over before it was one. */
struct mend_run {
	__u64 line; /* of the header */
	__u64 lines, flows;
	__u64 torn_bytes; /* cut off its end */
	enum checkpoint_state checkpoint;
	struct siftr_time kept; /* time of the checkpoint */
	__u64 unwritten;	/* records of the checkpoint that became no line */
	__u64 younger;		/* lines the checkpoint does not know */
	__u64 flows_missing;
};

struct mend {
	struct mend_run *runs;
	size_t nr_runs, runs_capacity;
	struct edits edits;
	__u64 defects; /* that repair leaves as they are */
	/* Checkpoints of runs that have their footer, or will have: names, each ended by 0. */
	char *used;
	size_t used_bytes;
	/* Of -EBADF: a checkpoint that is not this log's. */
	char refused[NAME_MAX + 1];
	enum checkpoint_state refused_state;
};

/*
 * Looks through the log `fd`, from its beginning, for runs without a footer, and
 * in its directory for their checkpoints. 0, or a negative errno: -EBADMSG when it
 * is no log at all, -EBADF when a checkpoint is refused. mend__free() in each case.
 */
int mend__plan(int fd, int directory_fd, struct mend *mend);

/* Removes the checkpoints that are not needed any more. */
void mend__remove_used(const struct mend *mend, int directory_fd);

void mend__free(struct mend *mend);

#endif
