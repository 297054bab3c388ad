/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a run sleeps between two passes over the rings. */
#ifndef SIFTR_COMMANDS_PAUSE_H
#define SIFTR_COMMANDS_PAUSE_H

#include <linux/types.h>

#include "capture/drain.h"
#include "capture/tracer.h"
#include "commands/log_checkpoint.h"

/*
 * After a pass that read `records` (a number, not 0), or while the rings are not empty, sleeps for
 * 10 ms or until a signal arrives, because more records are expected. Otherwise sleeps until a
 * record or a signal arrives, the reader of the output leaves, or `deadline_ns` of CLOCK_MONOTONIC
 * is reached, NEVER_NS for none. If there is a `checkpoint` this also ends in time for its next
 * update while its counts change, or else with the next packet that changes them.
 */
void pause__until_next(struct tracer *tracer, const struct drain *drain,
		       const struct log_checkpoint *checkpoint, __u64 records, __u64 deadline_ns);

#endif
