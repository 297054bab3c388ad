/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks from time to time whether the kernel has skipped the one program of a hook, or may soon
 * skip it for many packets, and has a second one log from then on what the first cannot:
 * hook_fronts.h.
 */
#ifndef SIFTR_CAPTURE_FRONT_WATCH_H
#define SIFTR_CAPTURE_FRONT_WATCH_H

#include <linux/types.h>

#include "capture/programs.h"
#include "capture/shared.h"
#include "capture/switches.h"

struct front_watch {
	__u64 due_ns; /* CLOCK_MONOTONIC time from which skipped runs are looked for again */
};

/*
 * Looks at most ten times a second. To be called while packets come: without packets none is
 * missed. `flows` is how many have been seen, those that have ended included. Reports with -v which
 * hook has got a program. Attaches none while a switch is off: Linux 6.1 then does not call
 * programs of that function any more that are attached after this process has ended.
 */
void front_watch__poll(struct front_watch *watch, struct programs *programs, struct shared *shared,
		       const struct switches *switches, __u64 flows);

#endif
