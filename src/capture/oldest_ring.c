// SPDX-License-Identifier: BSD-2-Clause
/*
 * The matches are the inner nodes of a binary tree in an array: the rings are the leaves, node i
 * has the children 2i and 2i + 1, and a match keeps its loser while the winner goes up.
 */
#include "capture/oldest_ring.h"

#include <stdbool.h>

#define NO_TIME (~0ULL)

void oldest_ring__begin(struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings)
{
	size_t winners[2 * SIFTR_RINGS_MAX] = {};

	for (oldest->leaves = 1; oldest->leaves < nr_rings;)
		oldest->leaves *= 2;
	for (size_t ring = 0; ring < oldest->leaves; ring++) {
		oldest->times_ns[ring] = ring < nr_rings ? times_ns[ring] : NO_TIME;
		winners[oldest->leaves + ring] = ring;
	}
	for (size_t match = oldest->leaves - 1; match; match--) {
		size_t left = winners[2 * match], right = winners[2 * match + 1];
		bool right_wins = oldest->times_ns[right] < oldest->times_ns[left];

		oldest->losers[match] = right_wins ? left : right;
		winners[match] = right_wins ? right : left;
	}
	oldest->ring = winners[1];
	oldest->until_ns = oldest->times_ns[oldest->ring];
}

/* Time of the second oldest ring: the oldest of those that lost a match against the oldest ring. */
static __u64 second_oldest_ns(const struct oldest_ring *oldest)
{
	__u64 second_ns = NO_TIME;

	for (size_t match = (oldest->leaves + oldest->ring) / 2; match; match /= 2) {
		__u64 loser_ns = oldest->times_ns[oldest->losers[match]];

		second_ns = loser_ns < second_ns ? loser_ns : second_ns;
	}
	return second_ns;
}

/*
 * If the oldest ring wins again, it has played all matches on its way up, so that it stays the
 * oldest up to the time of the second oldest. If another ring wins, the losers of its lower matches
 * were not looked at, and until_ns is just the time of the new oldest ring. Winner and loser of a
 * match are exchanged without a branch, because the processor could not predict it.
 */
void oldest_ring__replay(struct oldest_ring *oldest, __u64 time_ns)
{
	size_t ring = oldest->ring;

	oldest->times_ns[ring] = time_ns;
	for (size_t match = (oldest->leaves + ring) / 2; match; match /= 2) {
		size_t other = oldest->losers[match];
		__u64 other_ns = oldest->times_ns[other];
		size_t exchange = (ring ^ other) & -(size_t)(other_ns < time_ns);

		time_ns = other_ns < time_ns ? other_ns : time_ns;
		oldest->losers[match] = other ^ exchange;
		ring ^= exchange;
	}
	oldest->until_ns = ring == oldest->ring ? second_oldest_ns(oldest) : time_ns;
	oldest->ring = ring;
}
