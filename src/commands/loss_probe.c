// SPDX-License-Identifier: BSD-2-Clause
#include "commands/loss_probe.h"

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "capture/clock.h"
#include "usdt/probes.h"

#define MISSED_NS NSEC_PER_SEC

/* The causes have the names of the accounting's file. */
static const struct {
	const char *name;
	enum siftr_outcome outcome;
} kernel_causes[] = {
	{"lost_ring", SIFTR_LOST_RING},
	{"lost_flow", SIFTR_LOST_FLOW},
	{"lost_flow_full", SIFTR_LOST_FLOW_FULL},
};

_Static_assert(ARRAY_SIZE(kernel_causes) + 2 == LOSS_CAUSES,
	       "the causes of the kernel, and lost_output and lost_log");

static void fire_increase(__u64 *fired, __u64 now, const char *cause, int direction)
{
	if (now <= *fired)
		return;
	probes__loss(cause, direction, now - *fired);
	*fired = now;
}

void loss_probe__fire(struct loss_probe *probe, const struct accounting *accounting)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		size_t i = 0;

		for (; i < ARRAY_SIZE(kernel_causes); i++)
			fire_increase(&probe->fired[i][direction],
				      accounting->kernel.of[direction][kernel_causes[i].outcome],
				      kernel_causes[i].name, direction);
		fire_increase(&probe->fired[i++][direction], accounting->lost_output[direction],
			      "lost_output", direction);
		fire_increase(&probe->fired[i][direction], accounting->lost_log[direction],
			      "lost_log", direction);
	}
	for (size_t i = 0; i < accounting->nr_hooks; i++)
		if (accounting->missed[i].runs != PROG_MISSES_UNKNOWN)
			fire_increase(&probe->fired_missed[i], accounting->missed[i].runs,
				      accounting->missed[i].hook, PROBES_BOTH);
}

void loss_probe__poll(struct loss_probe *probe, const struct session *session, bool last)
{
	__u64 now_ns = clock__monotonic_ns();
	struct accounting accounting;

	run_counts__read(&session->counts, &accounting);
	if (last || now_ns >= probe->missed_due_ns) {
		run_counts__add_programs(tracer__programs(session->tracer), &accounting);
		probe->missed_due_ns = now_ns + MISSED_NS;
	}
	loss_probe__fire(probe, &accounting);
}
