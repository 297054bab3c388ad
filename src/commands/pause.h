/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a run sleeps between two passes over the rings. */
#ifndef SIFTR_COMMANDS_PAUSE_H
#define SIFTR_COMMANDS_PAUSE_H

#include <linux/types.h>

#include "capture/drain.h"
#include "capture/tracer.h"
#include "commands/log_checkpoint.h"

/*
 * Sleeps until a record or a signal arrives, or until `deadline_ns` of CLOCK_MONOTONIC,
 * NEVER_NS for none. After a pass that found `records` the sleep is short, as more are
 * expected. While the counts of `checkpoint` change it ends in time for the next update.
 */
void pause__until_next(struct tracer *tracer, const struct drain *drain,
		       const struct log_checkpoint *checkpoint, __u64 records, __u64 deadline_ns);

#endif
