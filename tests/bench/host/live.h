/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The consumer alone: the drain against libbpf's loop, with a producer at full speed and on full
 * rings. libbpf's loop does not sort, so it is also measured with sorted copies, which give the
 * same result, and with the drain's way of returning space but without sorting. Records are read
 * once more with prefetches and nothing else. The drain has to read each record twice: a later one
 * may be earlier in time or uncommitted, so that no record may leave before all were seen.
 */
#ifndef SIFTR_BENCH_LIVE_H
#define SIFTR_BENCH_LIVE_H

#include <stddef.h>

enum consumer {
	CONSUMER_DRAIN,
	CONSUMER_LIBBPF,	/* unsorted; space is given back record by record */
	CONSUMER_LIBBPF_BATCH,	/* unsorted; space is given back once a pass */
	CONSUMER_LIBBPF_SORTED, /* like LIBBPF_BATCH, but of copies that the drain sorts */
	CONSUMER_READING,	/* like LIBBPF_BATCH, but prefetches: what memory costs */
	CONSUMERS
};

/* Into which ring the next record in time goes: into each in turn, or into one at random. */
enum live_order {
	LIVE_IN_TURN,
	LIVE_RANDOM
};

struct live_cost {
	double consumer_ns; /* CPU time of the consumer for each record */
	double producer_ns;
};

/*
 * Runs a producer at full speed on another thread; the consumer reads all records, sleeps a
 * millisecond and begins again.
 */
struct live_cost live__run(enum consumer consumer);

/* Bytes of all full rings together: more than the cache of a core has, and less. */
#define LIVE_FULL_BYTES	  (16UL << 20)
#define LIVE_CACHED_BYTES (1UL << 20)

/*
 * Returns the CPU time in ns that a consumer needs for each record of `nr_rings` full rings, which
 * have `bytes` together, but 4 MiB each at most.
 */
double live__run_full(enum consumer consumer, int nr_rings, size_t bytes, enum live_order order);

#endif
