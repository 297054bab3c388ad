/* SPDX-License-Identifier: BSD-2-Clause */
/* The live view of a tracing run: when it is shown, and with which counts. */
#ifndef SIFTR_COMMANDS_LIVE_RUN_H
#define SIFTR_COMMANDS_LIVE_RUN_H

#include <stdbool.h>
#include <linux/types.h>

struct run;

/* All of them do nothing for a run without a view. */

/* The first interval begins. */
void live_run__begin(struct run *run);

/* Does what keys ask for, and shows the view if that is due at `now_ns` of CLOCK_MONOTONIC. */
void live_run__show(struct run *run, __u64 now_ns);

/* CLOCK_MONOTONIC time when live_run__show() is due, after `now_ns`; NEVER_NS: never. */
__u64 live_run__due_ns(const struct run *run, __u64 now_ns);

/* Leaves the terminal, to which messages go again. */
void live_run__end(struct run *run);

/* Whether the view ends the run. */
bool live_run__is_over(const struct run *run);

#endif
