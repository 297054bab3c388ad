/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records in rings of our own: slots of an array that user space maps, a fifth cheaper than the
 * kernel's ring buffers. A producer claims a position, fills the slot and writes its sequence
 * number last; include/siftr/mapped_ring.h has the layout.
 */
#ifndef SIFTR_MAPPED_RING_BPF_H
#define SIFTR_MAPPED_RING_BPF_H

#include "counters.bpf.h"
#include <siftr/mapped_ring.h>

/*
 * The slots of all rings, one ring after the other. Before the programs are loaded, user space sets
 * the number of slots and their size, which depends on the groups of fields asked for.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct siftr_slot));
} slots SEC(".maps");

/* A BPF ring buffer that only wakes the consumer: its entries are discarded, none is submitted. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} wakeups SEC(".maps");

volatile struct siftr_rings rings SEC(".data.rings");

/*
 * How often a failed claim is tried again. A claim fails only if another one on the same ring comes
 * between its load of the head and its compare-and-swap: by a program that interrupts this one, or
 * on another CPU where several share a ring.
 */
#define CLAIM_TRIES 8

/*
 * Returns the ring of a CPU. The asm keeps the compiler from computing the ring's address anew for
 * each member.
 */
static __always_inline volatile struct siftr_ring *ring_of(__u64 cpu)
{
	__u64 number = rings.ring_of_cpu[cpu & (SIFTR_CPU_SLOTS - 1)];
	volatile struct siftr_ring *ring = &rings.rings[number & (SIFTR_RINGS_MAX - 1)];

	asm volatile("" : "+r"(ring));
	return ring;
}

/*
 * Claims `position` by moving the head from there to `next`. That succeeds only if the head is
 * still the one that was compared with the limit, so no slot is claimed that user space has not
 * released, however producers interrupt each other. The compare-and-swap is also a full barrier: a
 * consumer that does not see the head moved has read its clock before the record takes its time,
 * and its request for a wakeup is seen by submit_record(). The asm keeps the comparison next to its
 * branch.
 */
static __always_inline bool claim(volatile struct siftr_ring *ring, __u64 position, __u64 next)
{
	__u64 found = __sync_val_compare_and_swap(&ring->head, position, next);

	asm volatile("" : "+r"(found));
	return found == position;
}

/*
 * Returns the slot of `position`, the ring's head, and stores the position after it in *next. NULL
 * if the ring is full.
 */
static __always_inline struct siftr_slot *find_slot(volatile struct siftr_ring *ring,
						    __u64 position, __u64 *next)
{
	__u32 index = (__u32)position & ring->mask;

	if (position >= ring->limit)
		return NULL;
	*next = position + 1;
	if (index == ring->last) /* the lap ends, see mapped_ring.h */
		*next += ring->gap;
	index += ring->first;
	return bpf_map_lookup_elem(&slots, &index);
}

/*
 * Tries once to claim a slot. NULL if the ring is full, or if another claim came between the load
 * of the head and its compare-and-swap.
 */
static __always_inline struct siftr_record *try_claim(volatile struct siftr_ring *ring)
{
	__u64 position = ring->head, next;
	struct siftr_slot *slot = find_slot(ring, position, &next);

	if (!slot || !claim(ring, position, next))
		return NULL;
	slot->claimed = position + 1;
	return &slot->record;
}

static __noinline struct siftr_record *reserve_again(volatile struct siftr_ring *ring)
{
	struct siftr_record *record;

#pragma unroll
	for (int i = 0; i < CLAIM_TRIES; i++) {
		if (ring->head >= ring->limit)
			return NULL;
		record = try_claim(ring);
		if (record)
			return record;
	}
	return NULL;
}

static __always_inline struct siftr_record *reserve_in(volatile struct siftr_ring *ring)
{
	return try_claim(ring) ?: reserve_again(ring);
}

static __always_inline struct siftr_record *reserve_record(__u64 cpu)
{
	return reserve_in(ring_of(cpu));
}

/*
 * Reserves a record for a packet and counts the packet. If the ring is full, or if every try to
 * claim a slot has failed, returns NULL and counts nothing. The count is in the ring, in the cache
 * line of the head, which was just written: that is cheaper than to count SIFTR_RECORDS in the
 * CPU's counters.
 */
static __always_inline struct siftr_record *reserve_counted(__u64 cpu, __u32 direction)
{
	volatile struct siftr_ring *ring = ring_of(cpu);
	struct siftr_record *record = reserve_in(ring);

	if (record)
		__sync_fetch_and_add(&ring->records[direction], 1);
	return record;
}

/* Reserves a record that gives a flow its number; NULL if the ring is full. */
static __always_inline struct siftr_record *reserve_announcement(__u32 cpu)
{
	struct siftr_record *record = reserve_record(cpu);

	if (record)
		record->flow = __sync_fetch_and_add(&memory.flows, 1) + 1;
	return record;
}

/* Wakes the consumer, which waits for the ring buffer `wakeups`, by discarding an entry of it. */
static __noinline int wake_consumer(void)
{
	void *nothing = bpf_ringbuf_reserve(&wakeups, sizeof(__u64), 0);

	if (!nothing)
		return 0;
	live.want_wakeup = 0;
	bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
	return 0;
}

/*
 * Stores `value` so that it is not seen before any earlier store. x86-64 keeps the order of stores;
 * other machines need an atomic exchange for that.
 */
static __always_inline void store_release(volatile __u32 *to, __u32 value)
{
#ifdef __TARGET_ARCH_x86
	asm volatile("" ::: "memory");
	*to = value;
#else
	__sync_lock_test_and_set(to, value);
#endif
}

/*
 * Submits the record. A wakeup costs as much as a record, so the consumer is woken only if it has
 * asked for that, which it does before it sleeps.
 */
static __always_inline void submit_record(struct siftr_record *record)
{
	struct siftr_slot *slot = (void *)record - __builtin_offsetof(struct siftr_slot, record);

	store_release(&slot->sequence, slot->claimed);
	if (live.want_wakeup)
		wake_consumer();
}

#endif
