/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the ring whose next record is the oldest: a tournament tree over the times of the rings'
 * next records. After the winner's record was taken only its own matches are played again, which
 * are as many as the logarithm of the number of rings.
 *
 * The matches are the inner nodes of a binary tree in an array: the rings are the leaves, node i
 * has the children 2i and 2i + 1, and a match keeps its loser while the winner goes up. What plays
 * is a key, the time with the number of the ring in the lowest bits: a match is then a minimum and
 * a maximum, without a branch that the processor could not predict. Keys are signed and never
 * negative, because x86 moves by a signed comparison in half the time of an unsigned one.
 */
#ifndef SIFTR_CAPTURE_OLDEST_RING_H
#define SIFTR_CAPTURE_OLDEST_RING_H

#include <stddef.h>

#include <linux/types.h>

#include <siftr/mapped_ring.h>

/* Who played the last match. */
struct oldest_ring_final {
	__s64 winner; /* key of the oldest next record */
	__s64 loser;
};

struct oldest_ring {
	__u64 begin_ns; /* no record is older */
	struct oldest_ring_final final;
	size_t leaves;			  /* a power of two, 2 and the number of rings at least */
	__s64 losers[SIFTR_RINGS_MAX];	  /* of each match but the final, which is match 1 */
	__s64 followers[SIFTR_RINGS_MAX]; /* of each ring's record after the next one */
};

/*
 * Begins with the time of each ring's next record, ~0 for an empty ring. There are at most
 * SIFTR_RINGS_MAX rings. oldest_ring__follow() is to be called for each of them.
 */
void oldest_ring__begin(struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings);

/* The time counts from begin_ns, and not beyond what a key has room for: 9 years. */
static inline __s64 oldest_ring__key(const struct oldest_ring *oldest, __u64 time_ns, size_t ring)
{
	__u64 age_ns = time_ns - oldest->begin_ns, oldest_age_ns = ~0ULL / 2 / SIFTR_RINGS_MAX;

	return (__s64)((age_ns < oldest_age_ns ? age_ns : oldest_age_ns) * SIFTR_RINGS_MAX | ring);
}

/* The key of all records up to `time_ns` is less than this. */
static inline __s64 oldest_ring__key_after(const struct oldest_ring *oldest, __u64 time_ns)
{
	return time_ns < oldest->begin_ns ? 0 : oldest_ring__key(oldest, time_ns + 1, 0);
}

/* The ring of a key. */
static inline size_t oldest_ring__number(__s64 key)
{
	return (__u64)key % SIFTR_RINGS_MAX;
}

/* The ring's record after its next one has the time `time_ns`, ~0 if there is none. */
static inline void oldest_ring__follow(struct oldest_ring *oldest, size_t ring, __u64 time_ns)
{
	oldest->followers[ring] = oldest_ring__key(oldest, time_ns, ring);
}

/*
 * The next record of the winner of `final` was taken: returns the final of the records that are
 * next now. The loop over all records keeps it in registers, and the key that enters the matches is
 * already there: each record waits for the matches of the one before, and for nothing else.
 */
static inline struct oldest_ring_final oldest_ring__replay(struct oldest_ring *oldest,
							   struct oldest_ring_final final)
{
	size_t ring = oldest_ring__number(final.winner);
	__s64 key = oldest->followers[ring], other = final.loser;

	for (size_t match = (oldest->leaves + ring) / 2; match > 1; match /= 2) {
		__s64 loser = oldest->losers[match];

		oldest->losers[match] = loser > key ? loser : key;
		key = loser < key ? loser : key;
	}
	return (struct oldest_ring_final){other < key ? other : key, other > key ? other : key};
}

#endif
