/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bursts of --burst. Each is a run of its own in the log, with header and footer, because its
 * counts are then exact by themselves, a reader sees when nothing was traced, and a kill costs no
 * burst but the last. The programs stay attached between: whoever attaches needs the privileges
 * that this process has given up. Switched off they return after their first comparison.
 */
#ifndef SIFTR_COMMANDS_BURSTS_H
#define SIFTR_COMMANDS_BURSTS_H

#include <stdbool.h>

#include <linux/types.h>

#include "commands/run.h"
#include "options/burst_schedule.h"

/* Whether the schedule has tracing on now; true without one. */
bool bursts__is_on(const struct session *session, const struct burst_schedule *schedule);

/* CLOCK_MONOTONIC time of the next change; NEVER_NS without a schedule. */
__u64 bursts__due_ns(const struct session *session, const struct burst_schedule *schedule);

/* Begins or ends a burst if the schedule wants it. */
void bursts__follow(struct run *run, const struct burst_schedule *schedule);

/*
 * Switches the programs off, unless they are, and logs the last records. Returns the
 * CLOCK_MONOTONIC time of the switch; *counters are what the kernel has counted then.
 */
__u64 bursts__stop(struct run *run, struct siftr_counters *counters);

#endif
