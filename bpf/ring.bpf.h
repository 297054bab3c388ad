/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Passes data up to user space: counters, records in ring buffers, and the wakeup of a sleeping
 * consumer.
 */
#ifndef SIFTR_RING_BPF_H
#define SIFTR_RING_BPF_H

#include "shared.bpf.h"

/* Indexed by CPU; user space creates the rings and decides which CPUs share one. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_RINGBUF);
			__uint(max_entries, 4096);
		});
} rings SEC(".maps");

/*
 * The counters of a CPU. In assembly, so that the index is masked next to where it is added: a
 * compiler may keep a masked index on the stack, and the verifier of older kernels forgets the
 * bounds of numbers, but not of pointers, that are stored there.
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
 * Adds one packet to a counter. The addition is atomic, because a receive softirq may interrupt a
 * sender on the same CPU, and with more CPUs than SIFTR_COUNTER_SLOTS several share a slot.
 */
static __always_inline void count_outcome(__u32 cpu, __u32 direction, enum siftr_outcome outcome)
{
	__sync_fetch_and_add(&cpu_counters(cpu)->of[direction][outcome], 1);
}

static __always_inline struct siftr_record *reserve_record(__u32 cpu)
{
	void *ring = bpf_map_lookup_elem(&rings, &cpu);

	return ring ? bpf_ringbuf_reserve(ring, sizeof(struct siftr_record), 0) : NULL;
}

/*
 * The time is taken after the reservation, so a record that user space does not see reserved yet
 * will have a later time. The drain relies on this to sort exactly.
 */
static __always_inline void stamp_record(struct siftr_record *record, __u32 direction, __u32 kind)
{
	record->time_ns = bpf_ktime_get_ns();
	record->direction = direction;
	record->kind = kind;
}

/*
 * Submits a record and wakes the consumer only if it has asked for that, as it does before it goes
 * to sleep: a wakeup costs as much as a record.
 */
static __always_inline void submit_record(struct siftr_record *record)
{
	__u64 flags = BPF_RB_NO_WAKEUP;

	if (live.want_wakeup) {
		live.want_wakeup = 0;
		flags = BPF_RB_FORCE_WAKEUP;
	}
	bpf_ringbuf_submit(record, flags);
}

/* Wakes the consumer without a record: reserve, then discard with BPF_RB_FORCE_WAKEUP. */
static __noinline int wake_consumer(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	void *ring = bpf_map_lookup_elem(&rings, &cpu);
	void *nothing = ring ? bpf_ringbuf_reserve(ring, sizeof(__u64), 0) : NULL;

	if (!nothing)
		return 0;
	live.want_wakeup = 0;
	bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
	return 0;
}

/*
 * Wakes the consumer, if it has asked for that, because of a packet without a record: call it
 * after counting a packet that appears in the footer alone.
 */
static __always_inline void wake_on_skip(void)
{
	if (live.want_wakeup == SIFTR_WAKE_PACKET)
		wake_consumer();
}

#endif
