// SPDX-License-Identifier: BSD-2-Clause
#include "consumers.h"

static const char *const consumer_contests[CONSUMER_CONTESTS] = {
	[LIVE] = "with a producer",
	[LIVE_PRODUCER] = "its producer",
	[FULL] = "a full ring",
	[FULL4] = "4 full rings",
	[FULL32] = "32 full rings",
	[FULL32_RANDOM] = "32 full rings, random order",
	[CACHED4] = "4 full rings in the cache",
	[CACHED32] = "32 full rings in the cache",
};

static const struct full_rings {
	int count;
	size_t bytes;
	enum live_order order;
} full_rings[CONSUMER_CONTESTS] = {
	[FULL] = {1, LIVE_FULL_BYTES, LIVE_IN_TURN},
	[FULL4] = {4, LIVE_FULL_BYTES, LIVE_IN_TURN},
	[FULL32] = {32, LIVE_FULL_BYTES, LIVE_IN_TURN},
	[FULL32_RANDOM] = {32, LIVE_FULL_BYTES, LIVE_RANDOM},
	[CACHED4] = {4, LIVE_CACHED_BYTES, LIVE_IN_TURN},
	[CACHED32] = {32, LIVE_CACHED_BYTES, LIVE_IN_TURN},
};

static const char *const consumers[CONSUMERS] = {
	[CONSUMER_DRAIN] = "drain, sorts",
	[CONSUMER_LIBBPF] = "libbpf's loop, does not",
	[CONSUMER_LIBBPF_BATCH] = "the same, one release a pass",
	[CONSUMER_LIBBPF_SORTED] = "the same, copied and sorted",
	[CONSUMER_READING] = "reading alone, prefetched",
};

void consumers__run(struct bench *bench)
{
	for (int consumer = 0; consumer < CONSUMERS; consumer++) {
		struct live_cost live = live__run(consumer);

		series__add(bench->consumers[LIVE][consumer], live.consumer_ns);
		series__add(bench->consumers[LIVE_PRODUCER][consumer], live.producer_ns);
		for (int contest = FULL; contest < CONSUMER_CONTESTS; contest++) {
			const struct full_rings *full = &full_rings[contest];

			series__add(bench->consumers[contest][consumer],
				    live__run_full(consumer, full->count, full->bytes,
						   full->order));
		}
	}
}

void consumers__open(struct bench *bench)
{
	for (int contest = 0; contest < CONSUMER_CONTESTS; contest++)
		for (int consumer = 0; consumer < CONSUMERS; consumer++)
			bench->consumers[contest][consumer] = results__series(
				bench->results, consumer_contests[contest], consumers[consumer]);
}
