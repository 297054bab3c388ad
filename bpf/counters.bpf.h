/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counts the outcomes of packets, see enum siftr_outcome, in sets of counters, so that CPUs which
 * count at the same time hardly ever share one. Mapped rings have a count of their own for
 * SIFTR_RECORDS, see siftr_ring.records.
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
 * Returns the counters of a CPU; with more CPUs than SIFTR_COUNTER_SLOTS, several share them. In
 * assembly so that the index is masked next to where it is added: a compiler may keep a masked
 * index on the stack, and the verifier of older kernels forgets the bounds of numbers, but not of
 * pointers, that are stored there.
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
 * A number that tells pointers apart, for the verifier to calculate with: half of the pointer or,
 * without 32-bit registers, its difference from another. That is in assembly because of a sum of
 * such numbers the compiler may take the other pointer first from what is no pointer, which the
 * verifier rejects.
 */
static __always_inline __u64 number_of_pointer(void *pointer)
{
#ifdef SIFTR_MAPPED_RING
	__u32 number;

	asm volatile("%[number] = %[half]"
		     : [number] "=w"(number)
		     : [half] "w"((__u32)(__u64)pointer));
	return number;
#else
	__u64 number = (__u64)pointer;

	asm volatile("%[number] -= %[other]"
		     : [number] "+r"(number)
		     : [other] "r"(memory.counters));
	return number;
#endif
}

/* Stacks have 16 KiB: the bits above tell them apart, and become the bits above a set's size. */
#define STACK_SHIFT (14 - 9)

/*
 * Returns counters chosen by the stack on which the program runs, where `ctx` lies: no two CPUs run
 * on the same stack at a time. This takes fewer instructions than to ask for the CPU's number.
 */
static __always_inline struct siftr_counters *stack_counters(void *ctx)
{
	__u64 offset = number_of_pointer(ctx) >> STACK_SHIFT, mask = load_config.counters_mask;
	struct siftr_counters *counters = memory.counters;

	asm volatile("%[offset] &= %[mask]\n"
		     "%[counters] += %[offset]"
		     : [counters] "+r"(counters), [offset] "+r"(offset)
		     : [mask] "r"(mask));
	return counters;
}

/*
 * Adds 1 to the count of an outcome. The addition is atomic, because a
 * receive softirq may interrupt a sender on the same CPU, and because several CPUs may share a set
 * of counters. With mapped rings the addition returns a value: that makes it a full barrier on
 * every machine, so that wake_on_skip() sees the request of a consumer that has not seen the count.
 */
static __always_inline void count_at(__u64 *counter)
{
#ifdef SIFTR_MAPPED_RING
	asm volatile("" : : "r"(__sync_fetch_and_add(counter, 1)));
#else
	__sync_fetch_and_add(counter, 1);
#endif
}

static __always_inline void count_in_set(struct siftr_counters *counters, __u32 direction,
					 enum siftr_outcome outcome)
{
	count_at(&counters->of[direction][outcome]);
}

static __always_inline void count_outcome(__u64 cpu, __u32 direction, enum siftr_outcome outcome)
{
	count_in_set(cpu_counters(cpu), direction, outcome);
}

/*
 * Adds 1 to the count of packets that a filter refuses, of which nobody is woken. The outcome may
 * be one that the compiler does not know: the mask bounds it for the verifier.
 */
static __always_inline void count_refusal(void *ctx, __u32 direction, __u32 outcome)
{
	__u64 *counters = stack_counters(ctx)->of[direction];

	__sync_fetch_and_add(counters + (outcome & (SIFTR_OUTCOMES_MAX - 1)), 1);
}

/* The same where `ctx` is not at hand. */
static __always_inline void count_refusal_of_cpu(__u64 cpu, __u32 direction, __u32 outcome)
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
