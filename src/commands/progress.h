/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows the figures of a run while it goes on: to a terminal and to a service manager. */
#ifndef SIFTR_COMMANDS_PROGRESS_H
#define SIFTR_COMMANDS_PROGRESS_H

#include <linux/types.h>

#include "commands/session.h"
#include "service/notify.h"

struct progress {
	const struct session *session; /* the caller's */
	struct notify notify;	       /* the service manager, if there is one */
	__u64 terminal_ns;	       /* when the terminal's line is due; NEVER_NS: none */
	__u64 status_ns;	       /* of the last status for the service manager */
	__u64 status_records;	       /* session's `records` at that time */
};

/* Once the run has begun: decides whether a terminal shows its progress. */
void progress__begin(struct progress *progress);

/* Tells the service manager that tracing is on, for the first time or after a reload. */
void progress__ready(struct progress *progress);

/* Shows the figures where they are due at `now_ns`, and feeds the watchdog. */
void progress__show(struct progress *progress, __u64 now_ns);

/* CLOCK_MONOTONIC time when progress__show() is due; NEVER_NS: never. */
__u64 progress__due_ns(const struct progress *progress);

#endif
