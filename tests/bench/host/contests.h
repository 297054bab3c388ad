/* SPDX-License-Identifier: BSD-2-Clause */
/* The contests by name, what was measured in them, and the figures made of that. */
#ifndef SIFTR_BENCH_CONTESTS_H
#define SIFTR_BENCH_CONTESTS_H

#include "live.h"
#include "results.h"
#include "ways.h"

enum contest_id {
	V4,
	V6,
	MIXED,
	V4_DIGITS,
	V6_DIGITS,
	V4_10,
	V4_10K,
	V4_1M,
	V6_10,
	V6_10K,
	V6_1M,
	V4_FILE,
	V6_FILE,
	V4_PIPE,
	CONTESTS
};

enum consumer_contest {
	LIVE,
	LIVE_PRODUCER, /* what the same cost the producer */
	FULL,
	FULL4,
	CONSUMER_CONTESTS
};

struct bench {
	struct arena arena;
	struct stand *stands[CONTESTS];
	struct results *results;
	struct series *lines[CONTESTS][WAYS]; /* NULL: not asked for */
	struct series *consumers[CONSUMER_CONTESTS][CONSUMERS];
};

/*
 * Figures of those contests that were held, with what was asked for beside
 * them. `table_bytes` is what the formatter keeps in static memory.
 */
void figures__add(struct bench *bench, double table_bytes);

#endif
