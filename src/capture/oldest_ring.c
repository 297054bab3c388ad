// SPDX-License-Identifier: BSD-2-Clause
/*
 * The matches are the inner nodes of a binary tree in an array: the rings are the leaves, node i
 * has the children 2i and 2i + 1, and a match keeps its loser while the winner goes up.
 */
#include "capture/oldest_ring.h"

#define NO_TIME (~0ULL)

void oldest_ring__begin(struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings)
{
	struct ring_head winners[2 * SIFTR_RINGS_MAX] = {};

	for (oldest->leaves = 1; oldest->leaves < nr_rings;)
		oldest->leaves *= 2;
	for (size_t ring = 0; ring < oldest->leaves; ring++)
		winners[oldest->leaves + ring] =
			(struct ring_head){ring < nr_rings ? times_ns[ring] : NO_TIME, ring};
	for (size_t match = oldest->leaves - 1; match; match--) {
		const struct ring_head *left = &winners[2 * match], *right = left + 1;

		oldest->losers[match] = right->time_ns < left->time_ns ? *left : *right;
		winners[match] = right->time_ns < left->time_ns ? *right : *left;
	}
	oldest->head = winners[1];
	oldest->until_ns = oldest->head.time_ns;
}

/*
 * If the oldest ring wins again, it has played all matches on its way up, so the oldest of their
 * losers is the second oldest ring, up to whose time the winner stays the oldest. If another ring
 * wins, its lower matches were not looked at, and until_ns is just its own time.
 */
void oldest_ring__replay(struct oldest_ring *oldest, __u64 time_ns)
{
	struct ring_head head = {time_ns, oldest->head.ring};
	__u64 second_ns = NO_TIME;

	for (size_t match = (oldest->leaves + head.ring) / 2; match; match /= 2) {
		struct ring_head loser = oldest->losers[match];

		if (loser.time_ns < head.time_ns) {
			oldest->losers[match] = head;
			head = loser;
		} else if (loser.time_ns < second_ns) {
			second_ns = loser.time_ns;
		}
	}
	oldest->until_ns = head.ring == oldest->head.ring ? second_ns : head.time_ns;
	oldest->head = head;
}
