/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The consumer alone: the drain against libbpf's loop, with a producer that never stops and on full
 * rings. libbpf's loop does not sort, so it is also measured with sorted copies, which give the
 * same result, and with the drain's way of returning space but without sorting.
 */
#ifndef SIFTR_BENCH_LIVE_H
#define SIFTR_BENCH_LIVE_H

enum consumer {
	CONSUMER_DRAIN,
	CONSUMER_LIBBPF,	/* unsorted; space is given back record by record */
	CONSUMER_LIBBPF_BATCH,	/* unsorted; space is given back once a pass */
	CONSUMER_LIBBPF_SORTED, /* each record copied, as its space is gone, and sorted by the drain
				 */
	CONSUMERS
};

struct live_cost {
	double consumer_ns; /* CPU time for each record */
	double producer_ns;
};

/* A producer on another thread, at full speed; the consumer looks every millisecond. */
struct live_cost live__run(enum consumer consumer);

/* CPU time for each record of `nr_rings` full rings whose records alternate in time. */
double live__run_full(enum consumer consumer, int nr_rings);

#endif
