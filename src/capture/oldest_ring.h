/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the ring whose next record is the oldest: a tournament tree over the times of the rings'
 * next records. After the winner's record was taken only its own matches are played again, which
 * are as many as the logarithm of the number of rings.
 *
 * The nodes are numbered so that node i has the children 2i and 2i + 1, and the rings are the
 * leaves from SIFTR_RINGS_MAX on. What plays is a key, the time with the number of the ring's leaf
 * in the lowest bits: a match is then a minimum, without a branch that the processor could not
 * predict. Keys are signed and never negative, because x86 moves by a signed comparison in half the
 * time of an unsigned one.
 */
#ifndef SIFTR_CAPTURE_OLDEST_RING_H
#define SIFTR_CAPTURE_OLDEST_RING_H

#include <stddef.h>

#include <linux/types.h>

#include <siftr/mapped_ring.h>

#define OLDEST_RING_LEAVES ((size_t)SIFTR_RINGS_MAX)
#define OLDEST_RING_NODES  (2 * OLDEST_RING_LEAVES)

struct oldest_ring {
	__u64 begin_ns;			  /* no record is older */
	__s64 winner;			  /* key of the oldest next record */
	size_t root;			  /* the node of the last match, above all rings */
	__s64 others[OLDEST_RING_NODES];  /* whom each node's winner plays: its sibling's */
	__s64 followers[SIFTR_RINGS_MAX]; /* of each ring's record after the next one */
};

/*
 * Begins with the time of each ring's next record, ~0 for an empty ring. There are at most
 * SIFTR_RINGS_MAX rings. oldest_ring__follow() is to be called for each of them.
 */
void oldest_ring__begin(struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings);

/* The time counts from begin_ns, and not beyond what a key has room for: 4 years. */
static inline __s64 oldest_ring__key(const struct oldest_ring *oldest, __u64 time_ns, size_t ring)
{
	__u64 age_ns = time_ns - oldest->begin_ns, oldest_age_ns = ~0ULL / 2 / OLDEST_RING_NODES;

	age_ns = age_ns < oldest_age_ns ? age_ns : oldest_age_ns;
	return (__s64)(age_ns * OLDEST_RING_NODES | OLDEST_RING_LEAVES | ring);
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
 * The next record of the ring of `winner` was taken: returns the key of what is the oldest one now.
 * The loop over all records keeps it in a register, and the key that enters the matches is already
 * there: each record waits for the matches of the one before, and for nothing else.
 */
static inline __s64 oldest_ring__replay(struct oldest_ring *oldest, __s64 winner)
{
	__s64 key = oldest->followers[oldest_ring__number(winner)];
	size_t root = oldest->root;

	for (size_t node = (__u64)winner % OLDEST_RING_NODES; node > root; node /= 2) {
		__s64 other = oldest->others[node];

		oldest->others[node ^ 1] = key;
		key = other < key ? other : key;
	}
	return key;
}

#endif
