/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counts the outcomes of packets, see enum siftr_outcome, in one set of counters for each CPU. With
 * more CPUs than SIFTR_COUNTER_SLOTS, several share a set. Mapped rings have a count of their own
 * for SIFTR_RECORDS, see siftr_ring.records.
 */
#ifndef SIFTR_COUNTERS_BPF_H
#define SIFTR_COUNTERS_BPF_H

#include "shared.bpf.h"

/*
 * bpf_get_smp_processor_id(), helper number 8, declared with a result of 64 bits: the compiler then
 * needs no instruction to extend it.
 */
static __u64 (*current_cpu)(void) = (void *)8;

/*
 * Returns the counters of a CPU. This is in assembly so that the index is masked next to where it
 * is added: a compiler may keep a masked index on the stack, and the verifier of older kernels
 * forgets the bounds of numbers, but not of pointers, that are stored there.
 */
static __always_inline struct siftr_counters *cpu_counters(__u64 cpu)
{
	struct siftr_counters *counters = memory.counters;

	asm volatile("%[cpu] &= %[mask]\n"
		     "%[cpu] *= %[bytes]\n"
		     "%[counters] += %[cpu]"
		     : [counters] "+r"(counters), [cpu] "+r"(cpu)
		     : [mask] "i"(SIFTR_COUNTER_SLOTS - 1), [bytes] "i"(sizeof(*counters)));
	return counters;
}

/*
 * Adds 1 to the count of an outcome. The addition is atomic, because a receive softirq may
 * interrupt a sender on the same CPU, and because several CPUs may share a set of counters. With
 * mapped rings the addition returns a value: that makes it a full barrier on every machine, so that
 * wake_on_skip() sees the request of a consumer that has not seen the count.
 */
static __always_inline void count_outcome(__u64 cpu, __u32 direction, enum siftr_outcome outcome)
{
	__u64 *counter = &cpu_counters(cpu)->of[direction][outcome];

#ifdef SIFTR_MAPPED_RING
	asm volatile("" : : "r"(__sync_fetch_and_add(counter, 1)));
#else
	__sync_fetch_and_add(counter, 1);
#endif
}

/*
 * Adds 1 to the count of an outcome that is not known to the compiler: the mask bounds it for the
 * verifier.
 */
static __always_inline void count_refusal(__u32 cpu, __u32 direction, __u32 outcome)
{
	__u64 *counters = cpu_counters(cpu)->of[direction];

	__sync_fetch_and_add(counters + (outcome & (SIFTR_OUTCOMES_MAX - 1)), 1);
}

static __always_inline void uncount_outcome(__u32 cpu, __u32 direction, __u32 outcome)
{
	__u64 *counters = cpu_counters(cpu)->of[direction];

	__sync_fetch_and_add(counters + (outcome & (SIFTR_OUTCOMES_MAX - 1)), -1);
}

#endif
