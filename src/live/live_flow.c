// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_flow.h"

#include "analyse/receiver.h"
#include "analyse/sender.h"
#include "convert/tcp_constants.h"
#include "format/row.h"

/* How long a connection that has ended is still shown. */
#define OVER_US (5 * USEC_PER_SEC)

static const enum flow_number counters[LIVE_RATES] = {
	[RATE_SENT] = FLOW_bytes_sent,
	[RATE_DELIVERED] = FLOW_bytes_acked,
	[RATE_RECEIVED] = FLOW_bytes_received,
	[RATE_RETRANSMITTED] = FLOW_retransmissions,
};

/* The order of limits from bad to worse: what stops a flow comes after what slows it. */
static const int send_severity[SEND_LIMITS] = {
	[SEND_idle] = 0,	  [SEND_closing] = 1,
	[SEND_application] = 3,	  [SEND_unknown] = 4,
	[SEND_slow_start] = 5,	  [SEND_avoidance] = 6,
	[SEND_pacing] = 7,	  [SEND_send_buffer] = 8,
	[SEND_small_segment] = 9, [SEND_receive_window] = 11,
	[SEND_recovery] = 13,	  [SEND_probe_wait] = 14,
	[SEND_zero_window] = 15,  [SEND_rto_wait] = 16,
};

static const int receive_severity[RECEIVE_LIMITS] = {
	[RECEIVE_closed] = 0,	    [RECEIVE_unknown] = 1, [RECEIVE_sender] = 2,
	[RECEIVE_delayed_ack] = 2,  [RECEIVE_reader] = 10, [RECEIVE_hole] = 12,
	[RECEIVE_zero_window] = 14,
};

static void take_fields(struct live_flow *flow, const struct row *row)
{
	if (row_fields__has(row->fields, SIFTR_FIELD_min_rtt))
		flow->min_rtt = (__u32)row->fields->values[SIFTR_FIELD_min_rtt];
	flow->pacing_rate = row_fields__value(row->fields, SIFTR_FIELD_pacing_rate);
	flow->is_buffer_full = evidence__is_send_buffer_full(row);
	flow->is_reset = flow->is_reset || flow->flow.last.is_reset;
}

int live_flow__begin(struct live_flow *flow, const struct row *row)
{
	int err;

	*flow = (struct live_flow){};
	for (int i = 0; i < LIVE_RATES; i++)
		flow->rates[i] = -1;
	err = flow_analysis__begin(&flow->flow, row, false);
	take_fields(flow, row);
	return err;
}

/* Notes the events that the row brought, of which the list has the counts before. */
static void note_events(struct live_flow *flow, const struct event_list *before)
{
	const struct event_list *now = &flow->flow.events.list;

	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		const struct history_event event = {
			.time_us = flow->flow.last.time_us,
			.cost_us = now->cost_us[kind] - before->cost_us[kind],
			.kind = kind,
		};

		if (now->count[kind] != before->count[kind])
			live_history__add_event(flow->history, &event);
	}
}

/* Adds a row, and notes what it brought in the history. */
static int add_noting(struct live_flow *flow, const struct row *row, struct interval *interval)
{
	struct event_list before = flow->flow.events.list;
	int err = flow_analysis__add(&flow->flow, row, interval);

	note_events(flow, &before);
	return err;
}

/* How long the pacing rate asks to wait after a packet; after an ACK, for less than a segment. */
static __u64 pacing_us(const struct live_flow *flow, const struct flow_state *last)
{
	__u64 bytes = last->outbound && last->payload ? last->payload : last->mss;

	return flow->pacing_rate ? bytes * USEC_PER_SEC / flow->pacing_rate : ~0ULL;
}

/*
 * Adds an interval in which the application could not write. Then the send buffer holds it, also
 * where the kernel does not count that. The timer of pacing may be late on a busy host: what is
 * beyond the wait that the rate asks for is not pacing's, as more would be on its way if there were
 * room for it.
 */
static void add_blocked(struct limit_shares *shares, struct interval interval, __u64 paced_us)
{
	__u64 us = interval.us;

	if (interval.sender == SEND_pacing && us > paced_us) {
		interval.us = paced_us;
		limit_shares__add(shares, &interval);
		interval.us = us - paced_us;
		interval.sender = SEND_send_buffer;
	} else if (interval.sender == SEND_application) {
		interval.sender = SEND_send_buffer;
	}
	limit_shares__add(shares, &interval);
}

int live_flow__add(struct live_flow *flow, const struct row *row)
{
	__u64 paced_us = pacing_us(flow, &flow->flow.last);
	struct interval interval;
	int err = flow->history ? add_noting(flow, row, &interval)
				: flow_analysis__add(&flow->flow, row, &interval);

	take_fields(flow, row);
	if (flow->is_buffer_full)
		add_blocked(&flow->shares, interval, paced_us);
	else
		limit_shares__add(&flow->shares, &interval);
	return err;
}

void live_flow__end(struct live_flow *flow)
{
	live_history__leave(flow->history);
	flow_analysis__free(&flow->flow);
}

static void add_sample(struct live_flow *flow, __u64 now_us)
{
	const struct flow_state *last = &flow->flow.last;
	const struct history_sample sample = {
		.time_us = now_us,
		.cwnd = last->cwnd,
		.ssthresh = last->ssthresh,
		.inflight = last->inflight,
		.srtt = last->srtt,
		.sent = (float)flow->rates[RATE_SENT],
		.delivered = (float)flow->rates[RATE_DELIVERED],
		.received = (float)flow->rates[RATE_RECEIVED],
	};

	live_history__add_sample(flow->history, &sample);
}

void live_flow__tick(struct live_flow *flow, double seconds, __u64 now_us)
{
	for (int i = 0; i < LIVE_RATES; i++) {
		__u64 now;

		flow->rates[i] = -1;
		if (!flow_analysis__number(&flow->flow, counters[i], &now))
			continue;
		flow->rates[i] = (double)(now - flow->counted[i]) / seconds;
		flow->counted[i] = now;
	}
	flow->trend[flow->nr_ticks++ % LIVE_TREND] = flow->flow.last.cwnd;
	if (flow->history)
		add_sample(flow, now_us);
}

/*
 * What the sender waits for since the last row if no timeout came in the time that it takes. What
 * was in flight before an ACK came has been acknowledged by it.
 */
static enum send_limit limit_of_silence(const struct flow_state *last)
{
	return last->outbound && last->inflight ? SEND_rto_wait : SEND_idle;
}

/*
 * The interval from the last row until now, in which nothing has happened, as if a packet came that
 * changes nothing.
 */
static struct interval open_interval(const struct live_flow *flow, __u64 now_us)
{
	const struct flow_state *last = &flow->flow.last;
	struct flow_state now = *last;
	struct interval interval = {};

	if (now_us <= last->time_us)
		return interval;
	interval.us = now_us - last->time_us;
	now.time_us = now_us;
	now.outbound = false;
	now.is_retransmit = false;
	if (last->outbound)
		now.segs_out += last->segs;
	interval.receiver = receiver__limit(last, &now, false);
	interval.sender = sender__limit(last, &now, flow->flow.ledger.previous).limit;
	if (flow_state__has(last, PART_LOSS) && last->retransmits && last->inflight)
		interval.sender = SEND_rto_wait;
	else if (flow_state__has(last, PART_QUEUE | PART_RTO) && !last->unsent &&
		 interval.us > last->rto && interval.sender != SEND_closing)
		interval.sender = limit_of_silence(last);
	return interval;
}

/* Whether a connection that sends nothing is limited as receiver. */
static bool is_receiving(const struct live_flow *flow, enum send_limit send,
			 enum receive_limit receive)
{
	if (send != SEND_idle)
		return false;
	return receive_severity[receive] >= receive_severity[RECEIVE_reader] ||
	       (flow->rates[RATE_RECEIVED] > 0 &&
		flow->rates[RATE_RECEIVED] > flow->rates[RATE_SENT]);
}

struct live_limit live_flow__limit(const struct live_flow *flow, __u64 now_us)
{
	struct limit_shares shares = flow->shares;
	struct interval open = open_interval(flow, now_us);
	enum receive_limit receive;
	enum send_limit send;

	/* An ACK may have made room. */
	if (flow->is_buffer_full && flow->flow.last.outbound)
		add_blocked(&shares, open, pacing_us(flow, &flow->flow.last));
	else
		limit_shares__add(&shares, &open);
	send = limit_shares__send(&shares);
	receive = limit_shares__receive(&shares);
	if (is_receiving(flow, send, receive))
		return (struct live_limit){&receive_limits[receive], true, shares.receive[receive],
					   receive_severity[receive]};
	/* Data that comes little by little leaves the connection idle between. */
	if (send == SEND_idle && flow->rates[RATE_SENT] > 0) {
		shares.send[SEND_application] += shares.send[SEND_idle];
		send = SEND_application;
	}
	return (struct live_limit){&send_limits[send], false, shares.send[send],
				   send_severity[send]};
}

bool live_flow__is_over(const struct live_flow *flow, __u64 now_us)
{
	const struct flow_state *last = &flow->flow.last;
	bool ends = flow->is_reset;

	if (flow_state__has(last, PART_STATE))
		switch (last->conn_state) {
		case TCPS_CLOSED:
		case TCPS_CLOSING:
		case TCPS_LAST_ACK:
		case TCPS_FIN_WAIT_2:
		case TCPS_TIME_WAIT:
			ends = true;
		}
	return ends && now_us > last->time_us + OVER_US;
}
