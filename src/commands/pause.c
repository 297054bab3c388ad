// SPDX-License-Identifier: BSD-2-Clause
#include "commands/pause.h"

#include <stdbool.h>
#include <sys/select.h>
#include <time.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "commands/signals.h"
#include "service/notify.h"

#define POLL_NS \
	(10 * NSEC_PER_MSEC) /* sleep between two passes over the rings while packets arrive */
#define CHECKPOINT_NS \
	(90 * NSEC_PER_MSEC) /* interval of updates: a checkpoint stays younger than 100 ms */
#define TIMEOUT_MAX_MS 60000

/* Milliseconds until a CLOCK_MONOTONIC time, rounded up, a minute at most; -1 for NEVER_NS. */
static int timeout_until(__u64 deadline_ns)
{
	__u64 now_ns = clock__monotonic_ns();

	if (deadline_ns == NEVER_NS)
		return -1;
	if (deadline_ns <= now_ns)
		return 0;
	if (deadline_ns - now_ns > TIMEOUT_MAX_MS * NSEC_PER_MSEC)
		return TIMEOUT_MAX_MS;
	return (deadline_ns - now_ns) / NSEC_PER_MSEC + 1;
}

static void wait_until(struct tracer *tracer, const struct drain *drain,
		       const struct log_checkpoint *checkpoint, __u64 deadline_ns,
		       const sigset_t *signals)
{
	__u64 checkpoint_ns = clock__monotonic_ns() + CHECKPOINT_NS;
	const struct siftr_counters *counters = checkpoint->file ? &checkpoint->counters : NULL;

	if (checkpoint->is_changing) {
		counters = NULL;
		if (checkpoint_ns < deadline_ns)
			deadline_ns = checkpoint_ns;
	}
	tracer__wait(tracer, drain, counters, timeout_until(deadline_ns), signals);
}

/*
 * Signals are blocked until the sleep begins, so one that arrives after the last check for signals
 * ends the sleep at once.
 */
void pause__until_next(struct tracer *tracer, const struct drain *drain,
		       const struct log_checkpoint *checkpoint, __u64 records, __u64 deadline_ns)
{
	const struct timespec poll_interval = {.tv_nsec = POLL_NS};
	bool more_expected = records || !drain__is_empty(drain);
	sigset_t signals;

	signals__hold(&signals);
	if (!signals__pending() && more_expected)
		pselect(0, NULL, NULL, NULL, &poll_interval, &signals);
	else if (!signals__pending())
		wait_until(tracer, drain, checkpoint, deadline_ns, &signals);
	signals__allow(&signals);
}
