// SPDX-License-Identifier: BSD-2-Clause
#include "capture/front_watch.h"

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "capture/hooks.h"
#include "report/report.h"

#define INTERVAL_NS (NSEC_PER_SEC / 10)

/* The bit that has the program work comes between the two: see hook_fronts__begin(). */
static void put_program_in_front(struct programs *programs, struct shared *shared)
{
	enum hook_index hook = programs__attach_front(programs);
	__u64 missed;

	if (hook == HOOKS)
		return;
	shared__add_front(shared, hook);
	missed = programs__begin_front(programs, hook);
	report_detail("%s: the kernel has skipped the hook's program for %llu packets; from now on "
		      "a second program logs what the first cannot",
		      hooks__all[hook].function, missed);
}

void front_watch__poll(struct front_watch *watch, struct programs *programs, struct shared *shared,
		       const struct switches *switches)
{
	__u64 now_ns = clock__monotonic_ns();

	if (now_ns < watch->due_ns || !programs__may_attach(programs))
		return;
	if (switches__are_on(switches))
		put_program_in_front(programs, shared);
	watch->due_ns = now_ns + INTERVAL_NS;
}
