// SPDX-License-Identifier: BSD-2-Clause
/*
 * A record's time is taken after its space was reserved. So once the clock has
 * been read and then the producer positions, whatever is not reserved yet will
 * be later than that reading, and everything else can be sorted exactly. A
 * record reserved but not submitted hides itself and those behind it in its
 * ring; then only what is older than the last look at which that ring did not
 * yet hold it may be handed out.
 *
 * Within a ring records are nearly sorted (an interrupt may nest its record
 * between another's reservation and its time). So what a look finds is kept as
 * stretches of records that stand in a row and in order: mostly a single one,
 * which a record out of order splits. A pass hands them out from where they
 * stand, merged across rings.
 */
#include "capture/drain.h"

#include <stdlib.h>

#include "capture/sorted_runs.h"

struct ring {
	struct ring_memory memory;
	struct sorted_runs stretches; /* what is seen and still to go */
	unsigned long seen_pos;	      /* records before it are in `stretches` or done */
	unsigned long producer_pos;   /* at the last look */
	__u64 look_ns;		      /* time of the last look */
	__u64 blocked_after_ns;	      /* what a record in the making is later than */
	int blocked;
};

struct drain {
	size_t nr_rings;
	struct ring *current; /* being handed out, until `until_ns` */
	__u64 until_ns;
	__u64 horizon_ns; /* nothing unseen is as old as this */
	struct ring rings[];
};

struct drain *drain__new(const struct ring_memory *rings, size_t nr_rings)
{
	struct drain *drain = calloc(1, sizeof(*drain) + nr_rings * sizeof(drain->rings[0]));

	if (!drain)
		return NULL;
	drain->nr_rings = nr_rings;
	for (size_t i = 0; i < nr_rings; i++) {
		struct ring *ring = &drain->rings[i];

		ring->memory = rings[i];
		ring->seen_pos = *rings[i].consumer_pos;
		ring->producer_pos = ring->seen_pos;
		if (sorted_runs__open(&ring->stretches, &rings[i]) < 0) {
			drain__free(drain);
			return NULL;
		}
	}
	return drain;
}

void drain__free(struct drain *drain)
{
	if (!drain)
		return;
	for (size_t i = 0; i < drain->nr_rings; i++)
		sorted_runs__close(&drain->rings[i].stretches);
	free(drain);
}

/* As the kernel lays entries out: header and payload, rounded up to whole words of 8. */
static unsigned long entry_bytes(__u32 length)
{
	return ((length & ~BPF_RINGBUF_DISCARD_BIT) + BPF_RINGBUF_HDR_SZ + 7) & ~7UL;
}

/*
 * Takes one entry of any kind; returns 0 at one still being written. A discarded entry
 * can have any length: one of 8 bytes is how a packet without a record wakes the drain.
 * Behind an entry that is neither nobody knows where the next begins; the books will not balance.
 */
static int step(struct ring *ring)
{
	unsigned long pos = ring->seen_pos;
	__u32 length = __atomic_load_n(sorted_runs__entry(&ring->stretches, pos), __ATOMIC_ACQUIRE);

	if (length & BPF_RINGBUF_BUSY_BIT)
		return 0;
	if (ring->producer_pos - pos < entry_bytes(length) ||
	    (!(length & BPF_RINGBUF_DISCARD_BIT) && length != sizeof(struct siftr_record))) {
		ring->seen_pos = ring->producer_pos;
		return 1;
	}
	ring->seen_pos += entry_bytes(length);
	if (!(length & BPF_RINGBUF_DISCARD_BIT))
		sorted_runs__add(&ring->stretches, pos);
	return 1;
}

/* Takes every finished record into `stretches`; stops at one still being written. */
static void collect(struct ring *ring)
{
	ring->blocked = 0;
	while (ring->seen_pos != ring->producer_pos && !ring->blocked) {
		unsigned long pos = ring->seen_pos;

		ring->seen_pos = sorted_runs__add_run(&ring->stretches, pos, ring->producer_pos);
		if (ring->seen_pos == pos)
			ring->blocked = !step(ring);
	}
}

/* A ring never holds more than its size; a position that says so is not followed. */
static void follow_producer(struct ring *ring)
{
	unsigned long pos = __atomic_load_n(ring->memory.producer_pos, __ATOMIC_ACQUIRE);

	if (pos - *ring->memory.consumer_pos <= ring->memory.bytes && pos >= ring->seen_pos &&
	    pos % 8 == 0)
		ring->producer_pos = pos;
}

/* One look at a ring; returns the time up to which it can hide nothing. */
static __u64 look(struct ring *ring, __u64 now_ns)
{
	unsigned long before = ring->producer_pos;

	follow_producer(ring);
	collect(ring);
	/* Reserved since the last look: its time is later than that look. */
	if (ring->blocked && ring->seen_pos >= before)
		ring->blocked_after_ns = ring->look_ns;
	ring->look_ns = now_ns;
	return ring->blocked ? ring->blocked_after_ns : now_ns;
}

void drain__begin(struct drain *drain, __u64 now_ns)
{
	drain->horizon_ns = now_ns;
	drain->current = NULL;
	for (size_t i = 0; i < drain->nr_rings; i++) {
		__u64 safe_ns = look(&drain->rings[i], now_ns);

		if (safe_ns < drain->horizon_ns)
			drain->horizon_ns = safe_ns;
	}
}

/* The ring with the oldest head, and how long it stays that. */
static void choose_ring(struct drain *drain)
{
	__u64 oldest_ns = STRETCHES_END_OF_TIME, second_ns = STRETCHES_END_OF_TIME;

	drain->current = NULL;
	for (size_t i = 0; i < drain->nr_rings; i++) {
		__u64 time_ns = drain->rings[i].stretches.head_ns;

		if (time_ns < oldest_ns) {
			second_ns = oldest_ns;
			oldest_ns = time_ns;
			drain->current = &drain->rings[i];
		} else if (time_ns < second_ns) {
			second_ns = time_ns;
		}
	}
	drain->until_ns = second_ns < drain->horizon_ns ? second_ns : drain->horizon_ns;
}

size_t drain__next(struct drain *drain, const struct siftr_record *records[], size_t max)
{
	size_t count = 0;

	while (count < max) {
		struct ring *ring = drain->current;

		if (!ring || ring->stretches.head_ns > drain->until_ns) {
			choose_ring(drain);
			ring = drain->current;
			if (!ring || ring->stretches.head_ns > drain->horizon_ns)
				break;
		}
		count += sorted_runs__take(&ring->stretches, drain->until_ns, records + count,
					   max - count);
	}
	return count;
}

/* Everything before the first record still to go is free. */
static void release(struct ring *ring)
{
	unsigned long free_pos = sorted_runs__forget_taken(&ring->stretches, ring->seen_pos);

	__atomic_store_n(ring->memory.consumer_pos, free_pos, __ATOMIC_RELEASE);
}

void drain__end(struct drain *drain)
{
	for (size_t i = 0; i < drain->nr_rings; i++)
		release(&drain->rings[i]);
}

__u64 drain__horizon_ns(const struct drain *drain)
{
	return drain->horizon_ns;
}

int drain__is_empty(const struct drain *drain)
{
	for (size_t i = 0; i < drain->nr_rings; i++) {
		const struct ring *ring = &drain->rings[i];

		if (__atomic_load_n(ring->memory.producer_pos, __ATOMIC_ACQUIRE) !=
		    *ring->memory.consumer_pos)
			return 0;
	}
	return 1;
}
