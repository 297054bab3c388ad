/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records in the kernel's own BPF ring buffers: for kernels without atomics that return a value
 * (before 5.12), and for untyped kprobes. Every entry has the length of a record.
 */
#ifndef SIFTR_KERNEL_RING_BPF_H
#define SIFTR_KERNEL_RING_BPF_H

#include "counters.bpf.h"

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
 * Reserves a record in the CPU's ring; NULL if the ring is full. A full barrier should follow
 * before the record takes its time and before live.want_wakeup is loaded. On x86-64 the locked
 * addition of count_outcome() is one. Other machines have none here, and the consumer relies on
 * ORDER_MARGIN_NS instead, see src/capture/drain.h.
 */
static __always_inline struct siftr_record *reserve_record(__u32 cpu)
{
	void *ring = bpf_map_lookup_elem(&rings, &cpu);

	return ring ? bpf_ringbuf_reserve(ring, load_config.record_bytes, 0) : NULL;
}

/*
 * Reserves a record for a packet in the CPU's ring and counts the packet as SIFTR_RECORDS. If the
 * ring is full, returns NULL and counts nothing.
 */
static __always_inline struct siftr_record *reserve_counted(__u64 cpu, __u32 direction)
{
	struct siftr_record *record = reserve_record(cpu);

	if (record)
		count_outcome(cpu, direction, SIFTR_RECORDS);
	return record;
}

/*
 * The numbers for new flows. They come from a queue, because kernels before 5.12 lack an atomic
 * addition that returns its result. User space puts the numbers 1 to SIFTR_NUMBER_LANES into it; a
 * program that takes N puts back N + SIFTR_NUMBER_LANES, the next number of the same lane.
 */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, SIFTR_NUMBER_LANES);
	__type(value, __u32);
} flow_numbers SEC(".maps");

/*
 * Takes the number for a new flow. 0 if the queue is empty, because SIFTR_NUMBER_LANES programs are
 * between taking a number and putting back the next.
 */
static __always_inline __u32 next_flow_number(void)
{
	__u32 number = 0, next;

	if (bpf_map_pop_elem(&flow_numbers, &number))
		return 0;
	next = number + SIFTR_NUMBER_LANES;
	bpf_map_push_elem(&flow_numbers, &next, 0);
	return number;
}

/* Reserves a record that gives a flow its number; NULL if the ring is full or no number is free. */
static __always_inline struct siftr_record *reserve_announcement(__u32 cpu)
{
	struct siftr_record *record = reserve_record(cpu);
	__u32 number = record ? next_flow_number() : 0;

	if (number) {
		record->flow = number;
		return record;
	}
	if (record)
		bpf_ringbuf_discard(record, 0);
	return NULL;
}

/*
 * Submits the record. A wakeup costs as much as a record, so the consumer is woken only if it has
 * asked for that, which it does before it sleeps.
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

/*
 * Wakes the consumer without a record: reserve, then discard with BPF_RB_FORCE_WAKEUP. Its caller
 * is in ring.bpf.h.
 */
static __noinline __attribute__((unused)) int wake_consumer(void)
{
	void *nothing = reserve_record(bpf_get_smp_processor_id());

	if (!nothing)
		return 0;
	live.want_wakeup = 0;
	bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
	return 0;
}

#endif
