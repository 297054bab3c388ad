// SPDX-License-Identifier: BSD-2-Clause
#include "capture/attach_fit.h"

#include <siftr/record.h>

/*
 * Fentry: without preemption only interrupts stop a program, and one packet in 5,000 is missed
 * under load, so one more program is attached from the beginning only if `complete` asks for it;
 * else once it is needed, see hook_fronts.h. With preemption all are loaded: while a task waits
 * that was preempted in the first program, the second one logs all packets, so that the next task
 * may be preempted in that, and so on.
 *
 * Typed kprobes: one more program always, and all with preemption that is not lazy: with full
 * preemption Linux 7.2 skips one run in twelve. With lazy preemption a task leaves a program only
 * when a second tick finds it there, so that all are loaded only if `complete` asks for them.
 *
 * Kernel rings: none. Fentry programs cannot be skipped there, because a kernel without the means
 * for mapped rings has no guard for them; the object for untyped kprobes has no programs behind the
 * first.
 */
__u32 attach_fit__seconds(const struct attach_use *use, enum preemption preemption)
{
	bool possible = preemption__is_possible(preemption);

	if (use->way.ring != RING_MAPPED || use->alone)
		return 0;
	if (use->way.type == ATTACH_FENTRY)
		return possible ? SIFTR_SECONDS_MAX : use->complete;
	if (possible && (preemption != PREEMPTION_LAZY || use->complete))
		return SIFTR_SECONDS_MAX;
	return 1;
}

bool attach_fit__wants_fronts(const struct attach_use *use)
{
	return use->way.ring == RING_MAPPED && use->way.type == ATTACH_FENTRY && !use->seconds &&
	       !use->alone;
}

/* Kernel rings are used only where nothing else works, whatever the model is. */
enum attach_fit attach_fit__of(const struct attach_use *use, enum preemption now)
{
	bool prefers_kprobes = use->typed_kprobes && (preemption__is_possible(now) || !use->fentry);
	__u32 needed = attach_fit__seconds(use, now);

	if (use->way.ring != RING_MAPPED)
		return ATTACH_FITS;
	if (prefers_kprobes != attach_way__is_kprobe(use->way.type))
		return prefers_kprobes ? ATTACH_MISSES : ATTACH_COSTS;
	if (needed == use->seconds)
		return ATTACH_FITS;
	return needed > use->seconds ? ATTACH_MISSES : ATTACH_COSTS;
}
