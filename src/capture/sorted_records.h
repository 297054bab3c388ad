/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps a ring's polled records sorted by time without moving them: a list of times and pointers.
 * Records arrive nearly sorted, so that insertion sort is fast, and merging the lists of all rings
 * reads no record. Used by the drain alone.
 */
#ifndef SIFTR_CAPTURE_SORTED_RECORDS_H
#define SIFTR_CAPTURE_SORTED_RECORDS_H

#include <stddef.h>

#include <linux/types.h>

#include <siftr/record.h>

#include "capture/ring_memory.h"

#define SORTED_RECORDS_NO_TIME (~0ULL) /* stands behind the last record */

/* How many entries ahead the list is loaded into the cache while it is read: two cache lines. */
#define SORTED_RECORDS_AHEAD 8

struct sorted_record {
	__u64 time_ns;
	const struct siftr_record *record;
};

struct sorted_records {
	struct sorted_record *before; /* of time 0, where inserting stops; the list follows */
	struct sorted_record *list;   /* in time order */
	struct sorted_record *end;
};

/* Makes room for as many records as the ring can hold. 0 or -ENOMEM. */
int sorted_records__open(struct sorted_records *records, const struct ring_memory *memory);
/* Frees the list. Accepts records that are all zero. */
void sorted_records__close(struct sorted_records *records);

/* Inserts a record, older than the last one, into the list up to `end`, behind which is room. */
void sorted_records__insert(struct sorted_record *end, const struct siftr_record *record);

/* Adds a record; records of equal time stay in the order in which they were added. */
static inline void sorted_records__add(struct sorted_records *records,
				       const struct siftr_record *record)
{
	struct sorted_record *end = records->end++;
	__u64 time_ns = record->time_ns;

	if (time_ns >= end[-1].time_ns)
		*end = (struct sorted_record){time_ns, record};
	else
		sorted_records__insert(end, record);
}

/*
 * Marks the end of the list, twice, so that the time of the record after the next one can be read
 * as well; to be called when records have been added.
 */
static inline void sorted_records__end(struct sorted_records *records)
{
	records->end[0].time_ns = SORTED_RECORDS_NO_TIME;
	records->end[1].time_ns = SORTED_RECORDS_NO_TIME;
}

/*
 * Takes the record at `next` in a list: returns it. With many records, list and records have been
 * evicted from the cache since the poll, so both are prefetched.
 */
static inline const struct siftr_record *sorted_records__take(const struct sorted_record *next,
							      size_t record_bytes)
{
	__builtin_prefetch(next + SORTED_RECORDS_AHEAD);
	ring_memory__prefetch(next->record, record_bytes);
	return next->record;
}

/*
 * Drops the records before `next`, which were taken. Call it before more records are added, because
 * the list has room only for those of a full ring. All records are at positions of the ring from
 * `begin` up to `end`. Returns the smallest position of those that are left, `end` if there are
 * none.
 */
unsigned long sorted_records__drop_taken(struct sorted_records *records,
					 const struct sorted_record *next,
					 const struct ring_memory *memory, unsigned long begin,
					 unsigned long end);

#endif
