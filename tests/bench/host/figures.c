// SPDX-License-Identifier: BSD-2-Clause
/* All bounds are defined here. */
#include "contests.h"

#include <malloc.h>

#include "lines.h"

static void ratio(struct bench *bench, struct figure figure, int top, int top_way, int bottom,
		  int bottom_way)
{
	if (bench->lines[top][top_way] && bench->lines[bottom][bottom_way])
		results__ratio(bench->results, figure, bench->lines[top][top_way],
			       bench->lines[bottom][bottom_way]);
}

#define AT_LEAST(what, asked, stretch) ((struct figure){what, "x", asked, stretch, 1})
#define AT_MOST(what, asked, stretch)  ((struct figure){what, "x", asked, stretch, 0})

static void add_text_figures(struct bench *b)
{
	ratio(b, AT_LEAST("text against naive, IPv4", 30, 40), V4, WAY_NAIVE_TEXT, V4, WAY_TEXT);
	ratio(b, AT_LEAST("text against naive, IPv6", 40, 55), V6, WAY_NAIVE_TEXT, V6, WAY_TEXT);
	ratio(b, AT_LEAST("text against naive, mixed", 0, 0), MIXED, WAY_NAIVE_TEXT, MIXED,
	      WAY_TEXT);
	ratio(b, AT_MOST("text against memcpy of it, IPv4", 2.0, 1.3), V4, WAY_TEXT, V4,
	      WAY_MEMCPY);
	ratio(b, AT_MOST("text against memcpy of it, IPv6", 2.0, 1.3), V6, WAY_TEXT, V6,
	      WAY_MEMCPY);
	ratio(b, AT_LEAST("text against naive, random digits, IPv4", 10, 25), V4_DIGITS,
	      WAY_NAIVE_TEXT, V4_DIGITS, WAY_TEXT);
	ratio(b, AT_LEAST("text against naive, random digits, IPv6", 10, 25), V6_DIGITS,
	      WAY_NAIVE_TEXT, V6_DIGITS, WAY_TEXT);
	ratio(b, AT_MOST("text, 1 M flows against 10, IPv4, random order", 1.15, 0), V4_1M,
	      WAY_TEXT, V4_10, WAY_TEXT);
	ratio(b, AT_MOST("text, 1 M flows against 10, IPv6, bursts of 8", 1.5, 0), V6_1M, WAY_TEXT,
	      V6_10, WAY_TEXT);
	ratio(b, AT_LEAST("text to a file against naive, IPv4", 18, 25), V4_FILE, WAY_NAIVE_TEXT,
	      V4_FILE, WAY_TEXT);
	ratio(b, AT_MOST("text to a file against bare write, IPv4", 2.5, 0), V4_FILE, WAY_TEXT,
	      V4_FILE, WAY_WRITE);
}

static void add_format_figures(struct bench *b)
{
	ratio(b, AT_LEAST("siftr-1.2 against naive, IPv4", 8, 0), V4_1_2, WAY_NAIVE_TEXT, V4_1_2,
	      WAY_TEXT);
	ratio(b, AT_LEAST("siftr-1.2 against naive, IPv6", 8, 0), V6_1_2, WAY_NAIVE_TEXT, V6_1_2,
	      WAY_TEXT);
	ratio(b, AT_LEAST("csv against naive, IPv4", 8, 0), V4_CSV, WAY_NAIVE_TEXT, V4_CSV,
	      WAY_TEXT);
	ratio(b, AT_LEAST("csv against naive, IPv6", 8, 0), V6_CSV, WAY_NAIVE_TEXT, V6_CSV,
	      WAY_TEXT);
	ratio(b, AT_LEAST("jsonl against naive, IPv4", 8, 0), V4_JSONL, WAY_NAIVE_TEXT, V4_JSONL,
	      WAY_TEXT);
	ratio(b, AT_LEAST("jsonl against naive, IPv6", 8, 0), V6_JSONL, WAY_NAIVE_TEXT, V6_JSONL,
	      WAY_TEXT);
	ratio(b, AT_LEAST("csv against naive, all fields", 8, 0), V4_CSV_FIELDS, WAY_NAIVE_TEXT,
	      V4_CSV_FIELDS, WAY_TEXT);
	ratio(b, AT_LEAST("jsonl against naive, all fields", 8, 0), V4_JSONL_FIELDS, WAY_NAIVE_TEXT,
	      V4_JSONL_FIELDS, WAY_TEXT);
}

static void add_whole_figures(struct bench *b)
{
	ratio(b, AT_LEAST("ring to /dev/null against naive, IPv4", 30, 40), V4, WAY_NAIVE_WHOLE, V4,
	      WAY_WHOLE);
	ratio(b, AT_LEAST("ring to /dev/null against naive, IPv6", 40, 55), V6, WAY_NAIVE_WHOLE, V6,
	      WAY_WHOLE);
	ratio(b, AT_LEAST("ring to /dev/null against naive, random digits", 10, 25), V4_DIGITS,
	      WAY_NAIVE_WHOLE, V4_DIGITS, WAY_WHOLE);
	ratio(b, AT_MOST("ring to /dev/null, 1 M flows against 10, IPv4", 1.15, 0), V4_1M,
	      WAY_WHOLE, V4_10, WAY_WHOLE);
	ratio(b, AT_MOST("ring to /dev/null, 1 M flows against 10, IPv6", 1.5, 0), V6_1M, WAY_WHOLE,
	      V6_10, WAY_WHOLE);
	ratio(b, AT_LEAST("ring to a file against naive, IPv4", 18, 25), V4_FILE, WAY_NAIVE_WHOLE,
	      V4_FILE, WAY_WHOLE);
	ratio(b, AT_MOST("ring to a file against bare write, IPv4", 2.5, 0), V4_FILE, WAY_WHOLE,
	      V4_FILE, WAY_WRITE);
	ratio(b, AT_LEAST("ring to a pipe against naive, IPv4", 0, 0), V4_PIPE, WAY_NAIVE_WHOLE,
	      V4_PIPE, WAY_WHOLE);
}

static void consumer_ratio(struct bench *b, struct figure figure, int contest, int other)
{
	results__ratio(b->results, figure, b->consumers[contest][other],
		       b->consumers[contest][CONSUMER_DRAIN]);
}

/*
 * Adds the CPU time in ns that the drain needs for each record of full rings, including a read of
 * the record.
 */
static void merging(struct bench *b, const char *what, int contest, double asked)
{
	results__value(b->results, (struct figure){what, " ns", asked, 0, 0},
		       series__spread(b->consumers[contest][CONSUMER_DRAIN]).median);
}

/* The drain reads each record twice: 2, less what the second reading still finds in the cache. */
static void reading(struct bench *b, const char *what, int contest)
{
	results__ratio(b->results, AT_MOST(what, 0, 0), b->consumers[contest][CONSUMER_DRAIN],
		       b->consumers[contest][CONSUMER_READING]);
}

/*
 * The first bound is for returning space once a batch instead of record by record; sorting costs
 * part of that gain.
 */
static void add_consumer_figures(struct bench *b)
{
	if (!b->consumers[0][0])
		return;
	consumer_ratio(b, AT_LEAST("drain against libbpf, with a producer", 1.8, 3), LIVE,
		       CONSUMER_LIBBPF);
	consumer_ratio(b, AT_LEAST("drain against libbpf, a full ring", 0, 0), FULL,
		       CONSUMER_LIBBPF);
	consumer_ratio(b, AT_LEAST("drain against libbpf, 4 full rings", 0, 0), FULL4,
		       CONSUMER_LIBBPF);
	consumer_ratio(b, AT_LEAST("drain against libbpf sorted, with a producer", 0, 0), LIVE,
		       CONSUMER_LIBBPF_SORTED);
	consumer_ratio(b, AT_LEAST("drain against libbpf sorted, a full ring", 0, 0), FULL,
		       CONSUMER_LIBBPF_SORTED);
	consumer_ratio(b, AT_LEAST("drain against libbpf sorted, 4 full rings", 0, 0), FULL4,
		       CONSUMER_LIBBPF_SORTED);
	reading(b, "drain against reading alone, a full ring", FULL);
	reading(b, "drain against reading alone, 4 full rings", FULL4);
	reading(b, "drain against reading alone, 32 full rings", FULL32);
	merging(b, "merging, a record of 1 full ring", FULL, 3);
	merging(b, "merging, a record of 4 full rings", FULL4, 6);
	merging(b, "merging, a record of 32 full rings", FULL32, 10);
	merging(b, "merging, 32 full rings in random order", FULL32_RANDOM, 0);
	merging(b, "merging, 4 full rings in the cache", CACHED4, 0);
	merging(b, "merging, 32 full rings in the cache", CACHED32, 0);
	results__ratio(b->results, AT_LEAST("libbpf, one release a pass against each, live", 0, 0),
		       b->consumers[LIVE][CONSUMER_LIBBPF],
		       b->consumers[LIVE][CONSUMER_LIBBPF_BATCH]);
}

/*
 * Adds the memory of the cache and of the digit tables. The tables are static, so that their size,
 * `table_bytes`, can be read from the object files.
 */
static void add_memory_figure(struct bench *b, double table_bytes)
{
	double cache_bytes;

	if (!b->stands[V4])
		return;
	cache_bytes = malloc_usable_size(b->stands[V4]->session.cache);
	results__value(b->results,
		       (struct figure){"memory of the formatter, tables and cache", " KiB", 256, 0,
				       0},
		       (cache_bytes + table_bytes) / 1024);
}

/* Text of the source in MB for each second of CPU time, at the median. */
static void conversion_figure(struct bench *b, int conversion, const char *what)
{
	const struct stand *stand = b->stands[conversions[conversion].contest];
	double line_bytes;

	if (!b->conversions[conversion])
		return;
	line_bytes = (double)stand->text_bytes / (double)b->arena.nr_records;
	results__value(b->results, (struct figure){what, " MB/s", 300, 0, 1},
		       line_bytes / series__spread(b->conversions[conversion]).median * 1000);
}

static void add_conversion_figures(struct bench *b)
{
	conversion_figure(b, CONVERT_V4_CSV, "a log to csv, IPv4");
	conversion_figure(b, CONVERT_V6_CSV, "a log to csv, IPv6");
	conversion_figure(b, CONVERT_V4_SIFTR_1_2, "a log to siftr-1.2, IPv4");
	conversion_figure(b, CONVERT_V4_GZIP, "a log.gz to csv, IPv4");
	conversion_figure(b, CONVERT_V6_GZIP, "a log.gz to csv, IPv6");
}

/* Lines in millions for each second of CPU time, at the median. */
static void analysis_figure(struct bench *b, int conversion, const char *what)
{
	if (b->conversions[conversion])
		results__value(b->results, (struct figure){what, " M lines/s", 1, 0, 1},
			       1000 / series__spread(b->conversions[conversion]).median);
}

static void add_analysis_figures(struct bench *b)
{
	analysis_figure(b, ANALYSE_V4_10, "a log through flows, 10 flows");
	analysis_figure(b, ANALYSE_V4_10K, "a log through flows, 10 k flows");
	analysis_figure(b, ANALYSE_V4_100K, "a log through flows, 100 k flows of 11 lines");
	analysis_figure(b, ANALYSE_V4_1M, "a log through flows, a flow a line");
	ratio(b, AT_MOST("ring to /dev/null with the summary, 10 flows", 0, 0), V4_10, WAY_SUMMARY,
	      V4_10, WAY_WHOLE);
	ratio(b, AT_MOST("ring to /dev/null with the summary, 10 k flows", 0, 0), V4_10K,
	      WAY_SUMMARY, V4_10K, WAY_WHOLE);
}

void figures__add(struct bench *bench, double table_bytes)
{
	add_text_figures(bench);
	add_format_figures(bench);
	add_whole_figures(bench);
	add_consumer_figures(bench);
	add_conversion_figures(bench);
	add_analysis_figures(bench);
	lines__add_figures(bench);
	add_memory_figure(bench, table_bytes);
}
