/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The consumer's side alone: the product's drain against libbpf's loop, once
 * beside a producer that never stops, once on full rings.
 */
#ifndef SIFTR_BENCH_LIVE_H
#define SIFTR_BENCH_LIVE_H

enum consumer {
	CONSUMER_DRAIN,
	CONSUMER_LIBBPF,
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
