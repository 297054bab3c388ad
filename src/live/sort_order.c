// SPDX-License-Identifier: BSD-2-Clause
#include "live/sort_order.h"

#include <stdlib.h>
#include <string.h>

void sort_order__begin(struct sort_order *order, const struct live_choice *choice, __u64 now_us,
		       size_t most)
{
	*order = (struct sort_order){.column = choice->sort,
				     .reverse = choice->reverse,
				     .now_us = now_us,
				     .most = most,
				     .of = malloc((most + 1) * sizeof(struct sorted_flow))};
	if (!order->of)
		order->most = 0;
}

/* Texts are sorted by their first letters, as a number: the first of the alphabet first. */
static double text_value(const char *text)
{
	double value = 0;

	for (int i = 0; i < 6; i++)
		value = value * 256 + (*text ? (unsigned char)*text++ : 255);
	return -value;
}

/* The last 32 bits of the address and the port, which a double has room for; IPv4 comes first. */
static double address_value(const struct siftr_flow_key *key, const __u64 address[2], __u16 port)
{
	__u32 last = (__u32)(key->family == 4 ? address[0] : address[1] >> 32);
	__u64 value = (__u64)__builtin_bswap32(last) << 16 | port;

	return -(double)(key->family == 4 ? value : value | 1ULL << 48);
}

/* Of what is no rate and no text. */
static double state_value(const struct live_flow *flow, enum live_column column)
{
	const struct flow_state *last = &flow->flow.last;

	switch (column) {
	case LIVE_state:
		return -(double)last->conn_state;
	case LIVE_cwnd:
		return last->cwnd;
	case LIVE_ssthresh:
		return last->ssthresh;
	case LIVE_inflight:
		return last->inflight;
	case LIVE_srtt:
		return last->srtt;
	case LIVE_min_rtt:
		return flow->min_rtt;
	case LIVE_rto:
		return last->rto;
	default:
		return -(double)flow->flow.flowid;
	}
}

static double value_of(const struct sort_order *order, const struct live_flow *flow)
{
	switch (order->column) {
	case LIVE_limit:
		return live_flow__limit(flow, order->now_us).severity;
	case LIVE_local:
		return address_value(&flow->flow.key, flow->flow.key.laddr, flow->flow.key.lport);
	case LIVE_foreign:
		return address_value(&flow->flow.key, flow->flow.key.faddr, flow->flow.key.fport);
	case LIVE_process:
		return text_value(flow->flow.comm);
	case LIVE_cc:
		return text_value(flow->flow.cc);
	case LIVE_sent:
		return flow->rates[RATE_SENT];
	case LIVE_delivered:
		return flow->rates[RATE_DELIVERED];
	case LIVE_received:
		return flow->rates[RATE_RECEIVED];
	case LIVE_retransmitted:
		return flow->rates[RATE_RETRANSMITTED];
	default:
		return state_value(flow, order->column);
	}
}

/* Whether the one comes before the other. */
static bool is_before(const struct sorted_flow *one, const struct sorted_flow *other)
{
	if (one->value != other->value)
		return one->value > other->value;
	if (one->rate != other->rate)
		return one->rate > other->rate;
	return one->place < other->place;
}

static void swap(struct sorted_flow *one, struct sorted_flow *other)
{
	struct sorted_flow kept = *one;

	*one = *other;
	*other = kept;
}

static void rise(struct sort_order *order, size_t at)
{
	while (at && is_before(&order->of[(at - 1) / 2], &order->of[at])) {
		swap(&order->of[(at - 1) / 2], &order->of[at]);
		at = (at - 1) / 2;
	}
}

static void sink(struct sort_order *order)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < order->count) {
		if (child + 1 < order->count && is_before(&order->of[child], &order->of[child + 1]))
			child++;
		if (!is_before(&order->of[at], &order->of[child]))
			return;
		swap(&order->of[at], &order->of[child]);
		at = child;
	}
}

void sort_order__add(struct sort_order *order, const struct live_flow *flow, __u32 place)
{
	struct sorted_flow one = {.value = value_of(order, flow), .place = place};

	if (order->reverse)
		one.value = -one.value;
	one.rate = flow->rates[RATE_SENT] > flow->rates[RATE_RECEIVED] ? flow->rates[RATE_SENT]
								       : flow->rates[RATE_RECEIVED];
	if (order->count < order->most) {
		order->of[order->count++] = one;
		rise(order, order->count - 1);
	} else if (order->count && is_before(&one, &order->of[0])) {
		order->of[0] = one;
		sink(order);
	}
}

static int compare(const void *one, const void *other)
{
	return is_before(one, other) ? -1 : 1;
}

void sort_order__finish(struct sort_order *order)
{
	if (order->count)
		qsort(order->of, order->count, sizeof(*order->of), compare);
}

void sort_order__end(struct sort_order *order)
{
	free(order->of);
	order->of = NULL;
}
