// SPDX-License-Identifier: BSD-2-Clause
#include "capture/oldest_ring.h"

#define NO_TIME (~0ULL)

_Static_assert((SIFTR_RINGS_MAX & (SIFTR_RINGS_MAX - 1)) == 0, "a ring's number is bits of a key");

void oldest_ring__begin(struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings)
{
	__s64 winners[2 * SIFTR_RINGS_MAX] = {};

	oldest->begin_ns = NO_TIME;
	for (size_t ring = 0; ring < nr_rings; ring++)
		if (times_ns[ring] < oldest->begin_ns)
			oldest->begin_ns = times_ns[ring];
	for (oldest->leaves = 2; oldest->leaves < nr_rings;)
		oldest->leaves *= 2;
	for (size_t ring = 0; ring < oldest->leaves; ring++)
		winners[oldest->leaves + ring] =
			oldest_ring__key(oldest, ring < nr_rings ? times_ns[ring] : NO_TIME, ring);
	for (size_t match = oldest->leaves - 1; match; match--) {
		__s64 left = winners[2 * match], right = winners[2 * match + 1];

		oldest->losers[match] = left > right ? left : right;
		winners[match] = left < right ? left : right;
	}
	oldest->final = (struct oldest_ring_final){winners[1], oldest->losers[1]};
}
