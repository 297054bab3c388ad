/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps a ring's polled records sorted by time without moving them: a list of times and positions.
 * Records arrive nearly sorted, so that insertion sort is fast, and merging the lists of all rings
 * reads no record. Used by the drain alone.
 */
#ifndef SIFTR_CAPTURE_SORTED_RECORDS_H
#define SIFTR_CAPTURE_SORTED_RECORDS_H

#include <stddef.h>

#include <linux/types.h>

#include <siftr/record.h>

#include "capture/ring_memory.h"

#define SORTED_RECORDS_NO_TIME (~0ULL) /* time of the next record if there is none */

/* How many entries ahead the list is loaded into the cache while it is read: two cache lines. */
#define SORTED_RECORDS_AHEAD 8

struct sorted_record {
	__u64 time_ns;
	unsigned long pos; /* position in the ring, see ring_memory.h */
};

struct sorted_records {
	struct sorted_record *list; /* in time order; first .. count - 1 are not taken yet */
	size_t first;
	size_t count;
};

/* Makes room for as many records as the ring can hold. 0 or -ENOMEM. */
int sorted_records__open(struct sorted_records *records, const struct ring_memory *memory);
/* Frees the list. Accepts records that are all zero. */
void sorted_records__close(struct sorted_records *records);

/* Adds a record; records of equal time stay in the order in which they were added. */
static inline void sorted_records__add(struct sorted_records *records, __u64 time_ns,
				       unsigned long pos)
{
	struct sorted_record *entry = &records->list[records->count++];

	while (entry > &records->list[records->first] && entry[-1].time_ns > time_ns) {
		*entry = entry[-1];
		entry--;
	}
	*entry = (struct sorted_record){time_ns, pos};
}

/* Time of the next record, SORTED_RECORDS_NO_TIME for none. */
static inline __u64 sorted_records__next_ns(const struct sorted_records *records)
{
	return records->first < records->count ? records->list[records->first].time_ns
					       : SORTED_RECORDS_NO_TIME;
}

/*
 * Takes the next records whose time is not later than `until_ns`, at most `max`: stores pointers
 * into the ring in taken[] and returns how many. With many rings, records and list have been
 * evicted from the cache since the poll, so the records taken and the next entries of the list are
 * prefetched.
 */
static inline size_t sorted_records__take(struct sorted_records *records,
					  const struct ring_memory *memory, __u64 until_ns,
					  const struct siftr_record *taken[], size_t max)
{
	const struct sorted_record *entry = &records->list[records->first];
	size_t left = records->count - records->first, count = 0;

	__builtin_prefetch(entry + SORTED_RECORDS_AHEAD);
	if (max > left)
		max = left;
	while (count < max && entry->time_ns <= until_ns) {
		ring_memory__prefetch(memory, entry->pos);
		taken[count++] = ring_memory__record(memory, entry->pos);
		entry++;
	}
	records->first += count;
	return count;
}

/*
 * Drops the records that were taken. Call it before more records are added, because the list has
 * room only for those of a full ring. Returns the smallest position in the ring of the records that
 * are not taken yet, `end` if there are none.
 */
unsigned long sorted_records__drop_taken(struct sorted_records *records, unsigned long end);

#endif
