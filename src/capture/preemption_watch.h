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
	int fd; /* the model, in debugfs; -1: it cannot be read, or is of no matter */
	enum preemption chosen; /* the model for which the way was chosen */
	__u64 due_ns;		/* when it is read next */
};

#define PREEMPTION_WATCH_NONE ((struct preemption_watch){.fd = -1})

/* Opens the watch as root; afterwards the file is only read. */
void preemption_watch__open(struct preemption_watch *watch, enum preemption chosen);

void preemption_watch__close(struct preemption_watch *watch);

/*
 * Reads the model, at most once a second. The first time that another way to attach would be the
 * better one is reported; then the watch ends.
 */
void preemption_watch__poll(struct preemption_watch *watch, __u64 now_ns);

#define PREEMPTION_WATCH_BYTES 192

/* Describes the model for people, and whether a change of it would be noticed. */
void preemption_watch__describe(char text[PREEMPTION_WATCH_BYTES]);

#endif
