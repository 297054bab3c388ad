// SPDX-License-Identifier: BSD-2-Clause
/*
 * A row's flow is found by the flow number of its log, which is small; only what is new there is
 * looked up by its key.
 */
#include "analyse/analysis.h"

#include <errno.h>
#include <stdlib.h>

#include "analyse/flow_chunks.h"
#include "analyse/flow_slots.h"
#include "analyse/number_map.h"

/* Between the end of a log that is rotated and the beginning of the next. */
#define CONTINUATION_US 1000

struct analysis {
	struct flow_filter filter;
	struct flow_observer observer;
	bool keeps_events;
	size_t live_flows_max; /* 0: rows are those of logs, with small flow numbers */
	struct flow_chunks chunks;
	size_t nr_flows;
	__u64 ended_us;		   /* when the last run ended; 0: it did not */
	struct flow_slots slots;   /* of the flows of this run, or of those that it continues */
	struct number_map numbers; /* index from 1 of each flow, or NUMBER_LEFT_OUT */
};

#define NUMBER_LEFT_OUT (~0U)

/* How many rows ahead the memory of a flow is fetched, first its own, then what it points to. */
#define ROWS_FAR  6
#define ROWS_NEAR 3

/* Rows whose flows are looked up together. */
#define BATCH_ROWS 64

struct analysis *analysis__new(const struct flow_filter *filter, bool keeps_events)
{
	struct analysis *analysis = calloc(1, sizeof(*analysis));

	if (!analysis)
		return NULL;
	if (filter)
		analysis->filter = *filter;
	analysis->keeps_events = keeps_events;
	if (!flow_slots__open(&analysis->slots))
		return analysis;
	free(analysis);
	return NULL;
}

struct analysis *analysis__new_live(size_t flows_max)
{
	struct analysis *analysis = analysis__new(NULL, false);

	if (!analysis)
		return NULL;
	analysis->live_flows_max = flows_max;
	if (!number_map__open_hashed(&analysis->numbers, flows_max))
		return analysis;
	analysis__free(analysis);
	return NULL;
}

void analysis__observe(struct analysis *analysis, const struct flow_observer *observer)
{
	analysis->observer = *observer;
}

static struct flow_analysis *flow_at(const struct analysis *analysis, size_t index)
{
	return flow_chunks__at(&analysis->chunks, index);
}

void analysis__free(struct analysis *analysis)
{
	if (!analysis)
		return;
	for (size_t i = 0; i < analysis->nr_flows; i++)
		flow_analysis__free(flow_at(analysis, i));
	flow_chunks__free(&analysis->chunks);
	flow_slots__close(&analysis->slots);
	number_map__close(&analysis->numbers);
	free(analysis);
}

void analysis__begin_log(struct analysis *analysis)
{
	number_map__clear(&analysis->numbers);
}

void analysis__begin_run(struct analysis *analysis, __u64 time_us)
{
	bool continues = analysis->ended_us && time_us + CONTINUATION_US >= analysis->ended_us &&
			 time_us <= analysis->ended_us + CONTINUATION_US;

	analysis__begin_log(analysis);
	analysis->ended_us = 0;
	if (continues)
		return;
	flow_slots__clear(&analysis->slots);
}

void analysis__end_run(struct analysis *analysis, __u64 time_us)
{
	analysis->ended_us = time_us;
}

/* Makes room for one more flow. 0 or -ENOMEM. */
static int make_room(struct analysis *analysis)
{
	int err = flow_slots__make_room(&analysis->slots);

	return err ? err : flow_chunks__make_room(&analysis->chunks, analysis->nr_flows);
}

static int observe(const struct analysis *analysis, size_t flow, const struct row *row,
		   const struct interval *interval)
{
	const struct flow_observer *observer = &analysis->observer;

	return observer->row ? observer->row(observer->context, flow, row, interval) : 0;
}

/* Adds a further row to a flow. */
static int add_further(struct analysis *analysis, size_t flow, const struct row *row)
{
	struct interval interval;
	int err = flow_analysis__add(flow_at(analysis, flow), row, &interval);

	return err ? err : observe(analysis, flow, row, &interval);
}

/* Adds a row to its flow, which may be new. Sets *index, from 1. 0 or -ENOMEM. */
static int add_by_key(struct analysis *analysis, const struct row *row, __u32 *index)
{
	static const struct interval nothing;
	__u32 hash = flow_slots__hash(&analysis->slots, row);
	int err;

	*index = flow_slots__find(&analysis->slots, &analysis->chunks, row, hash);
	if (*index)
		return add_further(analysis, *index - 1, row);
	err = make_room(analysis);
	if (err)
		return err;
	err = flow_analysis__begin(flow_at(analysis, analysis->nr_flows++), row,
				   analysis->keeps_events);
	*index = (__u32)analysis->nr_flows;
	flow_slots__add(&analysis->slots, *index, hash);
	return err ? err : observe(analysis, *index - 1, row, &nothing);
}

/* Adds a row whose flow number is new. 0 or -ENOMEM. */
static int add_numbered(struct analysis *analysis, const struct row *row)
{
	__u32 index = NUMBER_LEFT_OUT;
	int err = 0;

	if (analysis->live_flows_max && analysis->nr_flows == analysis->live_flows_max)
		return 0;
	if (flow_filter__takes(&analysis->filter, row))
		err = add_by_key(analysis, row, &index);
	return err ? err : number_map__set(&analysis->numbers, row->flow_number, index);
}

/* Adds a row, for whose flow number there was that index before the rows were added. */
static int add_row(struct analysis *analysis, const struct row *row, __u32 index)
{
	if (!index)
		index = number_map__at(&analysis->numbers, row->flow_number);
	if (index == NUMBER_LEFT_OUT)
		return 0;
	if (!index)
		return add_numbered(analysis, row);
	return add_further(analysis, index - 1, row);
}

/* With many flows those of the next rows are in no cache, and reading them would wait. */
FLOW_ANALYSIS_INLINE void prefetch_far(const struct analysis *analysis, __u32 index,
				       const struct row *row)
{
	if (index && index != NUMBER_LEFT_OUT)
		flow_analysis__prefetch(flow_at(analysis, index - 1), row->fields);
}

FLOW_ANALYSIS_INLINE void prefetch_near(const struct analysis *analysis, __u32 index)
{
	if (index && index != NUMBER_LEFT_OUT)
		flow_analysis__prefetch_ranges(flow_at(analysis, index - 1));
}

/* The indexes of all rows are found first, so that they are waited for together. */
static int add_batch(struct analysis *analysis, const struct row rows[], size_t count)
{
	__u32 indexes[BATCH_ROWS];
	int err = 0;

	for (size_t i = 0; i < count; i++)
		indexes[i] = number_map__at(&analysis->numbers, rows[i].flow_number);
	for (size_t i = 0; i < count && i < ROWS_FAR; i++)
		prefetch_far(analysis, indexes[i], &rows[i]);
	for (size_t i = 0; i < count && !err; i++) {
		if (i + ROWS_NEAR < count)
			prefetch_near(analysis, indexes[i + ROWS_NEAR]);
		if (i + ROWS_FAR < count)
			prefetch_far(analysis, indexes[i + ROWS_FAR], &rows[i + ROWS_FAR]);
		err = add_row(analysis, &rows[i], indexes[i]);
	}
	return err;
}

int analysis__add(struct analysis *analysis, const struct row rows[], size_t count)
{
	int err = 0;

	while (count && !err) {
		size_t batch = count < BATCH_ROWS ? count : BATCH_ROWS;

		err = add_batch(analysis, rows, batch);
		rows += batch;
		count -= batch;
	}
	return err;
}

void analysis__end(struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->nr_flows; i++)
		flow_analysis__end(flow_at(analysis, i));
}

size_t analysis__count(const struct analysis *analysis)
{
	return analysis->nr_flows;
}

const struct flow_analysis *analysis__at(const struct analysis *analysis, size_t index)
{
	return flow_at(analysis, index);
}

const struct flow_analysis **analysis__list(const struct analysis *analysis)
{
	const struct flow_analysis **flows =
		calloc(analysis->nr_flows + 1, sizeof(const struct flow_analysis *));

	for (size_t i = 0; flows && i < analysis->nr_flows; i++)
		flows[i] = analysis__at(analysis, i);
	return flows;
}
