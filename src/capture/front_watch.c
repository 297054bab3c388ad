// SPDX-License-Identifier: BSD-2-Clause
#include "capture/front_watch.h"

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "capture/hooks.h"
#include "report/report.h"

#define INTERVAL_NS (NSEC_PER_SEC / 10)

/*
 * With so many flows an interrupt may send as many packets at once, and on a host that is as busy
 * the kernel skips the first run soon.
 */
#define MANY_FLOWS 100

/* The bit that has the program work comes between the two: see hook_fronts__begin(). */
static void put_program_in_front(struct programs *programs, struct shared *shared, __u64 flows)
{
	__u64 missed;
	enum hook_index hook = programs__attach_front(programs, flows >= MANY_FLOWS);

	if (hook == HOOKS)
		return;
	shared__add_front(shared, hook);
	missed = programs__begin_front(programs, hook);
	report_detail("%s: the kernel has skipped the hook's program for %llu packets of %llu "
		      "flows; from now on a second program logs what the first cannot",
		      hooks__all[hook].function, missed, flows);
}

void front_watch__poll(struct front_watch *watch, struct programs *programs, struct shared *shared,
		       const struct switches *switches, __u64 flows)
{
	__u64 now_ns = clock__monotonic_ns();

	if (now_ns < watch->due_ns || !programs__may_attach(programs))
		return;
	if (switches__are_on(switches))
		put_program_in_front(programs, shared, flows);
	watch->due_ns = now_ns + INTERVAL_NS;
}
