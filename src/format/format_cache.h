/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The caches of formatted columns of a log: texts that lines have in common are copied and not
 * formatted again. An entry's text always belongs to the value stored with it, so an entry may be
 * replaced at any time and the log is the same as without the caches. With them is kept what a
 * format counts or measures within a run.
 */
#ifndef SIFTR_FORMAT_FORMAT_CACHE_H
#define SIFTR_FORMAT_FORMAT_CACHE_H

#include <stdbool.h>

#include "format/column_text.h"
#include "format/endpoint_text.h"
#include "format/flow_text.h"
#include "format/format.h"
#include "format/number_text.h"
#include "format/packet_text.h"
#include "format/run_flows.h"
#include "format/second_text.h"

struct format_cache {
	struct second_text second;
	struct flow_texts flows;
	struct packet_texts packets;
	struct endpoint_texts endpoints;
	struct column_texts columns;
	struct number_texts numbers;
	const struct selection *selection; /* the format's */
	struct siftr_time begun;	   /* when the run began; if not known, its first row */
	bool has_begun;
	__u32 nr_rows;	/* of the run so far, in ttprobe; in siftr2 only whether there was one */
	__u32 first_ms; /* in siftr2, the milliseconds in the run's first line */
	struct run_flows *run_flows;	  /* NULL: the footer does not need them */
	__u64 left_out[SIFTR_DIRECTIONS]; /* rows for whose flow there was no memory */
	/*
	 * Rows since the caller set it to 0 that are earlier than the run's beginning or first line
	 * where the format has no earlier time, and so got that one.
	 */
	__u64 early_rows;
};

/* Makes the caches of one log in `format`, about 130 KiB. NULL when out of memory. */
struct format_cache *format_cache__new(const struct format *format);
/* Accepts NULL. */
void format_cache__free(struct format_cache *cache);
/* Begins a run at the time `begun`: what a format counts or measures within a run begins anew. */
void format_cache__begin_run(struct format_cache *cache, struct siftr_time begun);
/*
 * Empties the cache of flows. Call it when flow numbers are assigned anew, since a number may then
 * mean another flow.
 */
void format_cache__forget_flows(struct format_cache *cache);

#endif
