/* SPDX-License-Identifier: BSD-2-Clause */
/* The comparisons by name, what was measured in them, and the figures derived from that. */
#ifndef SIFTR_BENCH_CONTESTS_H
#define SIFTR_BENCH_CONTESTS_H

#include "conversion.h"
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
	V4_100K,
	V4_1M,
	V6_10,
	V6_10K,
	V6_1M,
	V4_FILE,
	V6_FILE,
	V4_PIPE,
	V4_1_2,
	V6_1_2,
	V4_CSV,
	V6_CSV,
	V4_JSONL,
	V6_JSONL,
	V4_CSV_FIELDS,
	V4_JSONL_FIELDS,
	CONTESTS
};

enum consumer_contest {
	LIVE,
	LIVE_PRODUCER, /* the CPU time of the producer in LIVE */
	FULL,
	FULL4,
	FULL32,
	FULL32_RANDOM,
	CACHED4, /* rings that the cache holds */
	CACHED32,
	CONSUMER_CONTESTS
};

/* Conversions and analyses of finished logs, which have the lines of one of the comparisons. */
enum conversion_id {
	CONVERT_V4_CSV,
	CONVERT_V6_CSV,
	CONVERT_V4_SIFTR_1_2,
	CONVERT_V4_GZIP,
	CONVERT_V6_GZIP,
	ANALYSE_V4_10,
	ANALYSE_V4_10K,
	ANALYSE_V4_100K,
	ANALYSE_V4_1M,
	CONVERSIONS
};

extern const struct conversion conversions[CONVERSIONS];

/* What a line costs in one of the formats: CPU time, and bytes in a file. */
struct line_bench {
	struct stand *stand; /* NULL: not selected */
	struct series *cost;
	double bytes;
};

struct bench {
	struct arena arena;
	struct stand *stands[CONTESTS];
	struct results *results;
	struct line_bench formats[FORMATS][2];	 /* [1]: compressed by zstd */
	struct line_bench rest;			 /* see rest.h */
	struct series *lines[CONTESTS][WAYS];	 /* NULL: not selected */
	struct series *conversions[CONVERSIONS]; /* NULL: not selected */
	struct series *consumers[CONSUMER_CONTESTS][CONSUMERS];
};

/*
 * Adds the figures of the selected comparisons, with their bounds, to the results. `table_bytes` is
 * the size of the static tables of the formatter.
 */
void figures__add(struct bench *bench, double table_bytes);

#endif
