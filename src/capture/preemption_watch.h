/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way to attach is chosen for the kernel's preemption model. A kernel with PREEMPT_DYNAMIC can
 * get another model while it runs: the watch reports that, and whether another way is the better
 * one now.
 */
#ifndef SIFTR_CAPTURE_PREEMPTION_WATCH_H
#define SIFTR_CAPTURE_PREEMPTION_WATCH_H

#include <linux/types.h>

#include "capture/attach_fit.h"

struct preemption_watch {
	int fd;		       /* of PREEMPTION_PATH; -1: nothing is watched */
	struct attach_use use; /* how the programs are attached */
	enum preemption known; /* the model that was read last */
	__u64 due_ns;	       /* CLOCK_MONOTONIC time from which the model is read again */
};

#define PREEMPTION_WATCH_NONE ((struct preemption_watch){.fd = -1})

/*
 * Opens PREEMPTION_PATH, which takes root; afterwards the file is only read. `use` says how the
 * programs are attached. If the file cannot be opened, nothing is watched.
 */
void preemption_watch__open(struct preemption_watch *watch, const struct attach_use *use);

/* Ends watching; to be called also if nothing is watched. */
void preemption_watch__close(struct preemption_watch *watch);

/*
 * Reads the model, at most once a second; `now_ns` is the CLOCK_MONOTONIC time. Reports a change,
 * and what it means for the way in use.
 */
void preemption_watch__poll(struct preemption_watch *watch, __u64 now_ns);

#define PREEMPTION_WATCH_BYTES 192

/* Describes the model for people, and whether a change of it would be noticed. */
void preemption_watch__describe(char text[PREEMPTION_WATCH_BYTES]);

#endif
