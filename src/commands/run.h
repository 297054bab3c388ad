/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of a run of `siftr-bpf trace`, and the passes over its rings. */
#ifndef SIFTR_COMMANDS_RUN_H
#define SIFTR_COMMANDS_RUN_H

#include <stdbool.h>

#include <linux/types.h>
#include <siftr/record.h>

#include "accounting/marks.h"
#include "capture/drain.h"
#include "capture/tracer.h"
#include "commands/loss_probe.h"
#include "commands/progress.h"
#include "commands/rate_limit.h"
#include "commands/session.h"

struct run_control;

struct run {
	struct tracer *tracer;
	struct drain *drain;
	struct session session;
	struct progress progress;
	struct rate_limit limit;
	struct loss_probe loss;
	__u64 view_due_ns;	   /* when a live view is shown next */
	struct manifest *manifest; /* NULL: none is asked for */
	struct marks marks;
	bool disabled; /* by the control socket: nothing is traced until it is enabled again */
	struct run_control *control; /* NULL: none is asked for */
};

/* Whether a service manager has started the run. */
bool run__is_service(const struct run *run);

/* One pass over the rings: logs, flushes, updates the checkpoint. Returns the number of records. */
__u64 run__pass(struct run *run);

/*
 * Reads the last records once the programs are off. A program may still be running then, so this
 * ends when all records that were counted have been read, or after a second; then it says so. What
 * the kernel counts later is not in *counters: a task that was preempted in a program before it
 * counted its packet may go on at any time.
 */
void run__settle(struct run *run, struct siftr_counters *counters);

#endif
