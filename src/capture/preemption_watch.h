/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way to attach is chosen for the kernel's preemption model. A kernel with PREEMPT_DYNAMIC can
 * get another model while it runs: the watch reports when that makes another way the better one.
 */
#ifndef SIFTR_CAPTURE_PREEMPTION_WATCH_H
#define SIFTR_CAPTURE_PREEMPTION_WATCH_H

#include <linux/types.h>

#include "capture/preemption.h"

struct preemption_watch {
	int fd;			/* of PREEMPTION_PATH; -1: nothing is watched */
	enum preemption chosen; /* the model for which the way to attach was chosen */
	__u64 due_ns;		/* CLOCK_MONOTONIC time from which the model is read again */
};

#define PREEMPTION_WATCH_NONE ((struct preemption_watch){.fd = -1})

/*
 * Opens PREEMPTION_PATH, which takes root; afterwards the file is only read. `chosen` is the model
 * for which the way to attach was chosen. If the file cannot be opened, nothing is watched.
 */
void preemption_watch__open(struct preemption_watch *watch, enum preemption chosen);

/* Ends watching; to be called also if nothing is watched. */
void preemption_watch__close(struct preemption_watch *watch);

/*
 * Reads the model, at most once a second; `now_ns` is the CLOCK_MONOTONIC time. If another way to
 * attach would now be the better one, reports that and closes the watch.
 */
void preemption_watch__poll(struct preemption_watch *watch, __u64 now_ns);

#define PREEMPTION_WATCH_BYTES 192

/* Describes the model for people, and whether a change of it would be noticed. */
void preemption_watch__describe(char text[PREEMPTION_WATCH_BYTES]);

#endif
