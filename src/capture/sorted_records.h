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
	__u64 last_ns; /* time of the last one, 0 if there is none */
};

/* Makes room for as many records as the ring can hold. 0 or -ENOMEM. */
int sorted_records__open(struct sorted_records *records, const struct ring_memory *memory);
/* Frees the list. Accepts records that are all zero. */
void sorted_records__close(struct sorted_records *records);

/*
 * Inserts a record, older than the last one, into the list from `first` up to `end`, behind which
 * is room for it. It gets these by value, so that sorted_records__add() keeps them in registers.
 */
void sorted_records__insert(const struct sorted_record *first, struct sorted_record *end,
			    __u64 time_ns, unsigned long pos);

/* Adds a record; records of equal time stay in the order in which they were added. */
static inline void sorted_records__add(struct sorted_records *records, __u64 time_ns,
				       unsigned long pos)
{
	struct sorted_record *end = records->list + records->count++;

	if (time_ns >= records->last_ns) {
		records->last_ns = time_ns;
		*end = (struct sorted_record){time_ns, pos};
	} else {
		sorted_records__insert(records->list + records->first, end, time_ns, pos);
	}
}

/* Marks the end of the list; to be called when records have been added. */
static inline void sorted_records__end(struct sorted_records *records)
{
	records->list[records->count].time_ns = SORTED_RECORDS_NO_TIME;
	records->list[records->count + 1].time_ns = SORTED_RECORDS_NO_TIME;
}

/* Time of the next record, SORTED_RECORDS_NO_TIME for none. */
static inline __u64 sorted_records__next_ns(const struct sorted_records *records)
{
	return records->list[records->first].time_ns;
}

/* Time of the record after the next one, of which there must be one unless the list is empty. */
static inline __u64 sorted_records__following_ns(const struct sorted_records *records)
{
	return records->list[records->first + 1].time_ns;
}

/*
 * Takes the next record, of which there must be one: returns it. With many rings, records and list
 * have been evicted from the cache since the poll, so the record and the next entries of the list
 * are prefetched.
 */
static inline const struct siftr_record *sorted_records__take(struct sorted_records *records,
							      const struct ring_memory *memory)
{
	const struct sorted_record *entry = &records->list[records->first++];

	__builtin_prefetch(entry + SORTED_RECORDS_AHEAD);
	ring_memory__prefetch(memory, entry->pos);
	return ring_memory__record(memory, entry->pos);
}

/*
 * Drops the records that were taken. Call it before more records are added, because the list has
 * room only for those of a full ring. Returns the smallest position in the ring of the records that
 * are not taken yet, `end` if there are none.
 */
unsigned long sorted_records__drop_taken(struct sorted_records *records, unsigned long end);

#endif
