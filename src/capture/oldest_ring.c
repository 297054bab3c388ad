// SPDX-License-Identifier: BSD-2-Clause
#include "capture/oldest_ring.h"

#define NO_TIME (~0ULL)

_Static_assert((SIFTR_RINGS_MAX & (SIFTR_RINGS_MAX - 1)) == 0, "a ring's number is bits of a key");

void oldest_ring__begin(struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings)
{
	__s64 winners[OLDEST_RING_NODES];

	oldest->begin_ns = NO_TIME;
	for (size_t ring = 0; ring < nr_rings; ring++)
		if (times_ns[ring] < oldest->begin_ns)
			oldest->begin_ns = times_ns[ring];
	for (size_t ring = 0; ring < OLDEST_RING_LEAVES; ring++)
		winners[OLDEST_RING_LEAVES + ring] =
			oldest_ring__key(oldest, ring < nr_rings ? times_ns[ring] : NO_TIME, ring);
	for (size_t node = OLDEST_RING_LEAVES - 1; node; node--) {
		__s64 left = winners[2 * node], right = winners[2 * node + 1];

		winners[node] = left < right ? left : right;
	}
	for (size_t node = 2; node < OLDEST_RING_NODES; node++)
		oldest->others[node] = winners[node ^ 1];
	for (oldest->root = OLDEST_RING_LEAVES; OLDEST_RING_LEAVES / oldest->root < nr_rings;)
		oldest->root /= 2;
	oldest->winner = winners[oldest->root];
}
