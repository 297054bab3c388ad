// SPDX-License-Identifier: BSD-2-Clause
/*
 * Of all connections only those that a snapshot shows are sorted: the others lose against the last
 * of them, which a heap keeps at hand.
 */
#include "live/live_model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <siftr/time_units.h>

#include "live/live_flows.h"
#include "live/sort_order.h"

/* Connections that have a history, 14 KB each. */
#define HISTORIES_MAX 512

struct live_model {
	struct live_flows flows;
	struct history_pool histories;
	__u64 rows, lost;
	__u64 tick_us; /* 0: there was none */
	double received, sent;
};

struct live_model *live_model__new(size_t flows_max)
{
	struct live_model *model = calloc(1, sizeof(*model));

	if (!model || (!live_flows__open(&model->flows, flows_max) &&
		       !live_history__open_pool(&model->histories, HISTORIES_MAX)))
		return model;
	live_model__free(model);
	return NULL;
}

void live_model__free(struct live_model *model)
{
	if (model) {
		live_flows__close(&model->flows);
		live_history__close_pool(&model->histories);
	}
	free(model);
}

int live_model__add(struct live_model *model, const struct row rows[], size_t count)
{
	int err = 0;

	model->rows += count;
	for (size_t i = 0; i < count && !err; i++)
		err = live_flows__add(&model->flows, &rows[i]);
	return err;
}

void live_model__set_lost(struct live_model *model, __u64 lost)
{
	model->lost = lost;
}

/* Adds a rate, if it is known, to a sum of those that are known. */
static void add_rate(double *sum, double rate)
{
	if (rate >= 0)
		*sum = (*sum > 0 ? *sum : 0) + rate;
}

void live_model__tick(struct live_model *model, __u64 now_us)
{
	/* The wall clock may have been set back. */
	double seconds = now_us > model->tick_us && model->tick_us
				 ? (double)(now_us - model->tick_us) / USEC_PER_SEC
				 : 1;

	model->received = model->sent = -1;
	for (size_t i = 0; i < model->flows.count; i++) {
		struct live_flow *flow = live_flows__at(&model->flows, i);

		live_history__give(&model->histories, &flow->history, false);
		live_flow__tick(flow, seconds, now_us);
		add_rate(&model->received, flow->rates[RATE_RECEIVED]);
		add_rate(&model->sent, flow->rates[RATE_SENT]);
	}
	model->tick_us = now_us;
}

static void copy_trend(const struct live_flow *flow, struct live_line *line)
{
	line->nr_trend = live_history__kept(flow->nr_ticks, LIVE_TREND);
	for (__u32 i = 0; i < line->nr_trend; i++)
		line->trend[i] = flow->trend[live_history__place(flow->nr_ticks, LIVE_TREND, i)];
}

static void fill_line(const struct live_model *model, const struct live_flow *flow, __u32 number,
		      struct live_line *line)
{
	line->key = flow->flow.key;
	line->number = number;
	line->flowid = flow->flow.flowid;
	line->pid = flow->flow.pid;
	memcpy(line->comm, flow->flow.comm, sizeof(line->comm));
	memcpy(line->cc, flow->flow.cc, sizeof(line->cc));
	line->state = flow->flow.last;
	line->limit = live_flow__limit(flow, model->tick_us);
	line->min_rtt = flow->min_rtt;
	memcpy(line->rates, flow->rates, sizeof(line->rates));
	copy_trend(flow, line);
}

const struct live_flow *live_model__line(const struct live_model *model, __u32 number,
					 struct live_line *line)
{
	const struct live_flow *flow = live_flows__find(&model->flows, number);

	if (flow)
		fill_line(model, flow, number, line);
	return flow;
}

/* Counts the connections and puts the places of those that are shown into the order. */
static void choose(const struct live_model *model, const struct live_choice *choice,
		   struct live_snapshot *snapshot, struct sort_order *order)
{
	for (size_t i = 0; i < model->flows.count; i++) {
		const struct live_flow *flow = live_flows__at(&model->flows, i);

		if (live_flow__is_over(flow, model->tick_us))
			continue;
		snapshot->flows++;
		if (choice->takes && !choice->takes(choice->context, flow))
			continue;
		snapshot->chosen++;
		sort_order__add(order, flow, (__u32)i);
	}
}

void live_model__snapshot(struct live_model *model, const struct live_choice *choice,
			  struct live_snapshot *snapshot)
{
	size_t lines = choice->count < LIVE_LINES_MAX ? choice->count : LIVE_LINES_MAX;
	struct sort_order order;

	snapshot->time_us = model->tick_us;
	snapshot->received = model->received;
	snapshot->sent = model->sent;
	snapshot->rows = model->rows;
	snapshot->lost = model->lost;
	snapshot->forgotten = model->flows.forgotten;
	snapshot->flows = snapshot->chosen = snapshot->count = 0;
	sort_order__begin(&order, choice, model->tick_us, choice->first + lines);
	choose(model, choice, snapshot, &order);
	sort_order__finish(&order);
	for (size_t i = choice->first; i < order.count; i++) {
		struct live_flow *flow = live_flows__at(&model->flows, order.of[i].place);

		live_history__give(&model->histories, &flow->history, true);
		fill_line(model, flow, model->flows.kept[order.of[i].place].number,
			  &snapshot->lines[snapshot->count++]);
	}
	sort_order__end(&order);
}
