// SPDX-License-Identifier: BSD-2-Clause
/*
 * BPF programs reserve a record first and take its time afterwards. A poll reads the clock and then
 * the producer positions, so records not yet reserved will be later than that clock reading: the
 * watermark. An uncommitted record (reserved, not submitted) hides itself and those after it in its
 * ring. The watermark is then the last poll at which the ring did not contain that record.
 *
 * Within a ring records are nearly sorted: an interrupt may nest its record between another's
 * reservation and its time. Polled records are kept sorted for each ring (see sorted_records.h),
 * and a pass merges the rings without copying a record.
 */
#include "capture/drain.h"

#include <stdlib.h>

#include "capture/oldest_ring.h"
#include "capture/sorted_records.h"

struct ring {
	struct ring_memory memory;
	struct sorted_records records; /* those that were polled, until they were returned */
	unsigned long released_pos;    /* entries before it are free */
	unsigned long polled_pos;      /* records before it are in `records` or returned */
	unsigned long producer_pos;    /* the producer's position at the last poll */
	__u64 poll_ns;		       /* time of the last poll */
	__u64 uncommitted_after_ns; /* lower bound of the time of the oldest uncommitted record */
	bool uncommitted;	    /* polling stopped at an uncommitted record */
};

struct drain {
	size_t nr_rings;
	size_t record_bytes;
	const struct sorted_record *next[SIFTR_RINGS_MAX]; /* what each ring returns next */
	struct oldest_ring oldest; /* the ring whose records are returned next */
	__u64 watermark_ns;	   /* every record not polled yet is later than this */
	struct ring rings[];
};

struct drain *drain__new(const struct ring_memory *rings, size_t nr_rings)
{
	struct drain *drain = calloc(1, sizeof(*drain) + nr_rings * sizeof(drain->rings[0]));

	if (!drain)
		return NULL;
	drain->nr_rings = nr_rings;
	drain->record_bytes = rings[0].entry_bytes - BPF_RINGBUF_HDR_SZ;
	for (size_t i = 0; i < nr_rings; i++) {
		struct ring *ring = &drain->rings[i];

		ring->memory = rings[i];
		ring->released_pos = *rings[i].released / rings[i].unit - rings[i].room;
		ring->polled_pos = ring->producer_pos = ring->released_pos;
		if (sorted_records__open(&ring->records, &ring->memory) < 0) {
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
		sorted_records__close(&drain->rings[i].records);
	free(drain);
}

/*
 * Adds the records from `pos` to `end`, which lie side by side. Returns where it stopped: at `end`
 * or at an uncommitted record.
 */
static inline unsigned long poll_row(const struct ring_memory *memory,
				     struct sorted_records *records, unsigned long pos,
				     unsigned long end)
{
	const char *entry = ring_memory__entry(memory, pos);
	__u32 committed = ring_memory__committed(memory, pos);

	for (; pos != end; pos++) {
		const struct siftr_record *record = (const void *)(entry + BPF_RINGBUF_HDR_SZ);
		__u32 header = ring_memory__header(entry);

		if (header == committed) {
			if (record->direction < SIFTR_DIRECTIONS)
				sorted_records__add(records, record);
		} else if (!ring_memory__is_discarded(memory, header)) {
			break;
		}
		entry += memory->entry_bytes;
		committed += memory->committed_step;
	}
	return pos;
}

/*
 * Adds every committed record to ring->records; stops at an uncommitted one. A discarded entry is
 * skipped: it woke the consumer or lacked a flow number (see kernel_ring.bpf.h), or the ring is
 * malformed and the packet accounting will not balance. A record without a valid direction is
 * skipped too, because the direction indexes the counter arrays.
 */
static void poll_entries(struct ring *ring)
{
	/* Local copies, because ring's members would be loaded again after each acquiring load. */
	const struct ring_memory memory = ring->memory;
	struct sorted_records records = ring->records;
	unsigned long pos = ring->polled_pos;

	while (pos != ring->producer_pos) {
		unsigned long end = ring_memory__row_end(&memory, pos, ring->producer_pos);
		unsigned long stopped = poll_row(&memory, &records, pos, end);

		pos = ring_memory__next_lap(&memory, stopped);
		if (stopped != end)
			break;
	}
	sorted_records__end(&records);
	ring->records = records;
	ring->uncommitted = pos != ring->producer_pos;
	ring->polled_pos = pos;
}

/*
 * Reads the producer's position. An impossible one is ignored: a ring never holds more than
 * its size.
 */
static void update_producer_pos(struct ring *ring)
{
	const struct ring_memory *memory = &ring->memory;
	unsigned long produced = __atomic_load_n(memory->produced, __ATOMIC_ACQUIRE);
	unsigned long pos = produced / memory->unit;

	if (pos - ring->released_pos <= memory->entries && pos >= ring->polled_pos &&
	    produced % memory->unit == 0 && (pos & memory->lap_mask) < memory->lap_end)
		ring->producer_pos = pos;
}

/* Returns the ring's watermark: all its records up to that time have been polled. */
static __u64 poll_ring(struct ring *ring, __u64 now_ns)
{
	unsigned long before = ring->producer_pos;

	update_producer_pos(ring);
	poll_entries(ring);
	/*
	 * The uncommitted record was reserved after the last poll, so its time is later than that
	 * poll.
	 */
	if (ring->uncommitted && ring->polled_pos >= before)
		ring->uncommitted_after_ns = ring->poll_ns;
	ring->poll_ns = now_ns;
	return ring->uncommitted ? ring->uncommitted_after_ns : now_ns;
}

void drain__begin(struct drain *drain, __u64 now_ns)
{
	__u64 heads_ns[SIFTR_RINGS_MAX];

	drain->watermark_ns = now_ns;
	for (size_t i = 0; i < drain->nr_rings; i++) {
		__u64 ring_ns = poll_ring(&drain->rings[i], now_ns);

		if (ring_ns < drain->watermark_ns)
			drain->watermark_ns = ring_ns;
		drain->next[i] = drain->rings[i].records.list;
		heads_ns[i] = drain->next[i]->time_ns;
	}
	oldest_ring__begin(&drain->oldest, heads_ns, drain->nr_rings);
	for (size_t i = 0; i < drain->nr_rings; i++)
		oldest_ring__follow(&drain->oldest, i, drain->next[i][1].time_ns);
}

/* Merges the rings. */
static size_t take_oldest(struct drain *drain, const struct siftr_record *records[], size_t max)
{
	struct oldest_ring *oldest = &drain->oldest;
	__s64 winner = oldest->winner, end = oldest_ring__key_after(oldest, drain->watermark_ns);
	const size_t record_bytes = drain->record_bytes;
	size_t count = 0;

	while (count < max && winner < end) {
		size_t number = oldest_ring__number(winner);
		const struct sorted_record *next = drain->next[number]++;

		winner = oldest_ring__replay(oldest, winner);
		records[count++] = sorted_records__take(next, record_bytes);
		oldest_ring__follow(oldest, number, next[2].time_ns);
	}
	oldest->winner = winner;
	return count;
}

/* A ring alone needs no matches. */
static size_t take_in_turn(struct drain *drain, const struct siftr_record *records[], size_t max)
{
	const struct sorted_record *next = drain->next[0];
	const size_t record_bytes = drain->record_bytes;
	size_t count = 0;

	while (count < max && next->time_ns <= drain->watermark_ns)
		records[count++] = sorted_records__take(next++, record_bytes);
	drain->next[0] = next;
	return count;
}

size_t drain__next(struct drain *drain, const struct siftr_record *records[], size_t max)
{
	if (drain->nr_rings == 1)
		return take_in_turn(drain, records, max);
	return take_oldest(drain, records, max);
}

/* Frees the ring's space up to the first record that was not returned yet: `next` is the next. */
static void release_ring(struct ring *ring, const struct sorted_record *next)
{
	const struct ring_memory *memory = &ring->memory;

	ring->released_pos = sorted_records__drop_taken(&ring->records, next, memory,
							ring->released_pos, ring->polled_pos);
	__atomic_store_n(memory->released, (ring->released_pos + memory->room) * memory->unit,
			 __ATOMIC_RELEASE);
}

void drain__end(struct drain *drain)
{
	for (size_t i = 0; i < drain->nr_rings; i++)
		release_ring(&drain->rings[i], drain->next[i]);
}

__u64 drain__watermark_ns(const struct drain *drain)
{
	return drain->watermark_ns;
}

bool drain__is_empty(const struct drain *drain)
{
	for (size_t i = 0; i < drain->nr_rings; i++) {
		const struct ring *ring = &drain->rings[i];

		if (__atomic_load_n(ring->memory.produced, __ATOMIC_ACQUIRE) !=
		    ring->released_pos * ring->memory.unit)
			return false;
	}
	return true;
}
