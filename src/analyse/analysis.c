// SPDX-License-Identifier: BSD-2-Clause
/*
 * A row's flow is found by the flow number of its log, which is small; only what is new there is
 * looked up by its key.
 */
#include "analyse/analysis.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/flow_chunks.h"
#include "analyse/number_map.h"
#include "hash/probe.h"

#define INITIAL_SLOTS 1024

/* Between the end of a log that is rotated and the beginning of the next. */
#define CONTINUATION_US 1000

struct analysis {
	struct flow_filter filter;
	struct flow_observer observer;
	bool keeps_events;
	size_t live_flows_max; /* 0: rows are those of logs, with small flow numbers */
	struct flow_chunks chunks;
	size_t nr_flows;
	size_t run_first; /* the first flow of this run, or of those that it continues */
	__u64 ended_us;	  /* when the last run ended; 0: it did not */
	struct seed seed;
	__u32 *slots; /* index from 1 of each flow of this run; 0: empty */
	size_t nr_slots;
	struct number_map numbers; /* index from 1 of each flow, or NUMBER_LEFT_OUT */
};

#define NUMBER_LEFT_OUT (~0U)

/* How many rows ahead the memory of a flow is fetched, first its own, then what it points to. */
#define ROWS_FAR  6
#define ROWS_NEAR 3

struct analysis *analysis__new(const struct flow_filter *filter, bool keeps_events)
{
	struct analysis *analysis = calloc(1, sizeof(*analysis));

	if (!analysis)
		return NULL;
	analysis->seed = seed__of_process();
	analysis->nr_slots = INITIAL_SLOTS;
	analysis->slots = calloc(analysis->nr_slots, sizeof(*analysis->slots));
	if (filter)
		analysis->filter = *filter;
	analysis->keeps_events = keeps_events;
	if (analysis->slots)
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
	free(analysis->slots);
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
	analysis->run_first = analysis->nr_flows;
	memset(analysis->slots, 0, analysis->nr_slots * sizeof(*analysis->slots));
}

void analysis__end_run(struct analysis *analysis, __u64 time_us)
{
	analysis->ended_us = time_us;
}

static __u32 hash(const struct analysis *analysis, const struct siftr_flow_key *key, __u32 flowid,
		  __u8 flowtype)
{
	return seed__text(&analysis->seed, (const char *)key, sizeof(*key)) ^
	       seed__number(&analysis->seed, flowid ^ (__u32)flowtype << 24);
}

static bool is_flow(const struct flow_analysis *flow, const struct row *row)
{
	return flow->flowid == row->flowid && flow->flowtype == row->flowtype &&
	       !memcmp(&flow->key, row->flow, sizeof(flow->key));
}

/* The slot of the row's flow in this run, or the empty one where it belongs. */
static size_t find_slot(const struct analysis *analysis, const struct row *row)
{
	size_t slot =
		probe__start(&analysis->seed, hash(analysis, row->flow, row->flowid, row->flowtype),
			     analysis->nr_slots);

	while (analysis->slots[slot] && !is_flow(flow_at(analysis, analysis->slots[slot] - 1), row))
		slot = probe__next(slot, analysis->nr_slots);
	return slot;
}

static int grow_slots(struct analysis *analysis)
{
	size_t nr_slots = 2 * analysis->nr_slots;
	__u32 *slots = calloc(nr_slots, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = analysis->run_first; i < analysis->nr_flows; i++) {
		const struct flow_analysis *flow = flow_at(analysis, i);
		size_t slot = probe__start(&analysis->seed,
					   hash(analysis, &flow->key, flow->flowid, flow->flowtype),
					   nr_slots);

		while (slots[slot])
			slot = probe__next(slot, nr_slots);
		slots[slot] = (__u32)i + 1;
	}
	free(analysis->slots);
	analysis->slots = slots;
	analysis->nr_slots = nr_slots;
	return 0;
}

/* Makes room for one more flow. 0 or -ENOMEM. */
static int make_room(struct analysis *analysis)
{
	int err = 0;

	if (2 * (analysis->nr_flows - analysis->run_first + 1) > analysis->nr_slots)
		err = grow_slots(analysis);
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
	size_t slot = find_slot(analysis, row);
	int err;

	if (analysis->slots[slot]) {
		*index = analysis->slots[slot];
		return add_further(analysis, *index - 1, row);
	}
	err = make_room(analysis);
	if (err)
		return err;
	err = flow_analysis__begin(flow_at(analysis, analysis->nr_flows++), row,
				   analysis->keeps_events);
	*index = (__u32)analysis->nr_flows;
	analysis->slots[find_slot(analysis, row)] = *index;
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

static int add_row(struct analysis *analysis, const struct row *row)
{
	__u32 index = number_map__at(&analysis->numbers, row->flow_number);

	if (index == NUMBER_LEFT_OUT)
		return 0;
	if (!index)
		return add_numbered(analysis, row);
	return add_further(analysis, index - 1, row);
}

/* The flow of the row; NULL if it is new or left out. */
static const struct flow_analysis *flow_of(const struct analysis *analysis, const struct row *row)
{
	__u32 index = number_map__at(&analysis->numbers, row->flow_number);

	return index && index != NUMBER_LEFT_OUT ? flow_at(analysis, index - 1) : NULL;
}

/* With many flows those of the next rows are in no cache, and reading them would wait. */
FLOW_ANALYSIS_INLINE void prefetch(const struct analysis *analysis, const struct row rows[],
				   size_t count)
{
	const struct flow_analysis *near = NULL, *far = NULL;

	if (count > ROWS_NEAR)
		near = flow_of(analysis, &rows[ROWS_NEAR]);
	if (count > ROWS_FAR)
		far = flow_of(analysis, &rows[ROWS_FAR]);
	if (near)
		flow_analysis__prefetch_ranges(near);
	if (far)
		flow_analysis__prefetch(far, rows[ROWS_FAR].fields);
}

int analysis__add(struct analysis *analysis, const struct row rows[], size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		prefetch(analysis, rows + i, count - i);
		err = add_row(analysis, &rows[i]);
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
