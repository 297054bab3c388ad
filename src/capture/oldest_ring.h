/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the ring whose next record is the oldest: a tournament tree over the times of the rings'
 * next records. After the winner's record was taken only its own matches are played again, which
 * are as many as the logarithm of the number of rings.
 */
#ifndef SIFTR_CAPTURE_OLDEST_RING_H
#define SIFTR_CAPTURE_OLDEST_RING_H

#include <stddef.h>

#include <linux/types.h>

#include <siftr/mapped_ring.h>

struct oldest_ring {
	size_t ring;			 /* whose next record is the oldest */
	__u64 until_ns;			 /* no other ring's next record is older than this */
	size_t leaves;			 /* a power of two, not less than the number of rings */
	__u64 times_ns[SIFTR_RINGS_MAX]; /* of each ring's next record */
	size_t losers[SIFTR_RINGS_MAX]; /* ring that lost each match; 1 is the final, 0 is unused */
};

/*
 * Begins with the time of each ring's next record, ~0 for an empty ring. There are at most
 * SIFTR_RINGS_MAX rings.
 */
void oldest_ring__begin(struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings);

/* The next record of the oldest ring now has the time `time_ns`: finds the oldest ring again. */
void oldest_ring__replay(struct oldest_ring *oldest, __u64 time_ns);

/* Time of the oldest ring's next record. */
static inline __u64 oldest_ring__time_ns(const struct oldest_ring *oldest)
{
	return oldest->times_ns[oldest->ring];
}

#endif
