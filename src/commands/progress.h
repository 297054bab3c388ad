/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows the figures of a run while it goes on: to a terminal and to a service manager. */
#ifndef SIFTR_COMMANDS_PROGRESS_H
#define SIFTR_COMMANDS_PROGRESS_H

#include <linux/types.h>

#include "commands/session.h"
#include "service/notify.h"

struct progress {
	const struct session *session; /* owned by the caller */
	struct notify notify;	       /* the service manager, if there is one */
	__u64 terminal_ns;    /* when the terminal's progress line is due; NEVER_NS: never */
	__u64 status_ns;      /* time of the last status for the service manager */
	__u64 status_records; /* number of records of the session at the last status */
};

/* Decides whether a terminal shows the progress of the run. Call it once the run has begun. */
void progress__begin(struct progress *progress);

/* Sends READY=1 to the service manager: tracing has begun, or goes on after a reload. */
void progress__ready(struct progress *progress);

/* Shows the figures where they are due at `now_ns`, and feeds the watchdog. */
void progress__show(struct progress *progress, __u64 now_ns);

/* CLOCK_MONOTONIC time when progress__show() is due; NEVER_NS: never. */
__u64 progress__due_ns(const struct progress *progress);

#endif
