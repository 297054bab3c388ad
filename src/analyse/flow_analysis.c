// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/flow_analysis.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/sender.h"
#include "format/row.h"

static void grow(struct growth *growth, const struct row_fields *fields, __u32 field)
{
	if (!row_fields__has(fields, field))
		return;
	growth->last = fields->values[field];
	if (!growth->is_known)
		growth->first = growth->last;
	growth->is_known = true;
}

static void keep_text(char *text, const struct row_fields *fields, __u32 field)
{
	if (row_fields__has(fields, field))
		memcpy(text, row_fields__text(fields, field), SIFTR_TEXT_MAX + 1);
}

static void take_fields(struct flow_analysis *flow, const struct row_fields *fields)
{
	grow(&flow->sent, fields, SIFTR_FIELD_bytes_sent);
	grow(&flow->acked, fields,
	     row_fields__has(fields, SIFTR_FIELD_bytes_acked) ? SIFTR_FIELD_bytes_acked
							      : SIFTR_FIELD_snd_una);
	grow(&flow->received, fields, SIFTR_FIELD_bytes_received);
	grow(&flow->retransmitted, fields, SIFTR_FIELD_total_retrans);
	grow(&flow->marked, fields, SIFTR_FIELD_delivered_ce);
	keep_text(flow->comm, fields, SIFTR_FIELD_comm);
	keep_text(flow->cc, fields, SIFTR_FIELD_cc_name);
	if (row_fields__has(fields, SIFTR_FIELD_pid))
		flow->pid = (__u32)fields->values[SIFTR_FIELD_pid];
}

/* To be called before the name of the row is kept. */
static void note_cc_change(struct flow_analysis *flow, const struct row_fields *fields,
			   __u64 time_us)
{
	const char *name;

	if (!*flow->cc || !row_fields__has(fields, SIFTR_FIELD_cc_name))
		return;
	name = row_fields__text(fields, SIFTR_FIELD_cc_name);
	if (strcmp(name, flow->cc) != 0)
		events__add_cc_change(&flow->events, flow->cc, name, time_us);
}

/* What of a row counts by itself, without the row before. */
static int take_state(struct flow_analysis *flow, const struct flow_state *state)
{
	bool recovers = flow_state__recovers(state);
	int err = 0;

	flow->lines[state->outbound ? SIFTR_OUT : SIFTR_IN]++;
	if (state->payload)
		flow->payload[state->outbound ? SIFTR_OUT : SIFTR_IN] += state->payload;
	if (state->is_retransmit)
		flow->retransmitted_rows++;
	if (state->inflight > flow->inflight_max)
		flow->inflight_max = state->inflight;
	if (recovers && !flow->recovers)
		flow->recoveries++;
	flow->recovers = recovers;
	if (flow_state__has(state, PART_CWND))
		err = quantiles__add(&flow->cwnd, state->cwnd);
	if (!err && flow_state__has(state, PART_SRTT))
		err = quantiles__add(&flow->srtt, state->srtt);
	return err;
}

int flow_analysis__begin(struct flow_analysis *flow, const struct row *row, bool keeps_events)
{
	*flow = (struct flow_analysis){
		.key = *row->flow, .flowid = row->flowid, .flowtype = row->flowtype};
	flow_state__read(&flow->last, row);
	evidence__begin(&flow->evidence, row, &flow->last);
	flow->begin_us = flow->last.time_us;
	flow->known = flow->last.known;
	if (row->fields)
		take_fields(flow, row->fields);
	if (keeps_events) {
		flow->events.list.kept = calloc(1, sizeof(*flow->events.list.kept));
		if (!flow->events.list.kept)
			return -ENOMEM;
	}
	return take_state(flow, &flow->last);
}

/* The parts that a row may lack without anything being unknown: they depend on the row. */
static __u32 varying_parts(const struct flow_state *state)
{
	return PART_SRTT | (state->outbound ? 0 : PART_RETRANSMIT);
}

int flow_analysis__add(struct flow_analysis *flow, const struct row *row, struct interval *interval)
{
	struct flow_state now;

	flow_state__read(&now, row);
	if (flow_state__order(&now, &flow->last))
		flow->backward_steps++;
	*interval = ledger__add(&flow->ledger, &flow->last, &now);
	events__add(&flow->events, &flow->last, &now, interval);
	evidence__add(&flow->evidence, row, &flow->last, &now, interval);
	if (flow_state__has(&now, PART_CWND) && now.ssthresh < flow->last.ssthresh)
		flow->ssthresh_falls++;
	flow->known &= now.known | varying_parts(&now);
	if (row->fields) {
		note_cc_change(flow, row->fields, now.time_us);
		take_fields(flow, row->fields);
	}
	flow->last = now;
	return take_state(flow, &now);
}

void flow_analysis__end(struct flow_analysis *flow)
{
	ledger__end(&flow->ledger);
	events__end(&flow->events, &flow->last);
}

void flow_analysis__free(struct flow_analysis *flow)
{
	free(flow->events.list.kept);
	quantiles__free(&flow->srtt);
	quantiles__free(&flow->cwnd);
}

static bool grown(const struct growth *growth, __u64 *value)
{
	*value = growth->last - growth->first;
	return growth->is_known;
}

/* What the kernel counted, or else the payload of the rows. */
static bool bytes_of(const struct flow_analysis *flow, const struct growth *growth, int direction,
		     __u64 *value)
{
	if (grown(growth, value))
		return true;
	*value = flow->payload[direction];
	return flow->known & PART_PAYLOAD;
}

static bool retransmissions(const struct flow_analysis *flow, __u64 *value)
{
	if (grown(&flow->retransmitted, value))
		return true;
	*value = flow->retransmitted_rows;
	return flow->known & PART_RETRANSMIT;
}

static bool quantile(const struct quantiles *quantiles, unsigned int thousandths, __u64 *value)
{
	*value = quantiles__at(quantiles, thousandths);
	return quantiles->count;
}

/* Segments sent again for a cause. */
static bool sent_again(const struct flow_analysis *flow, enum event_cause cause, __u64 *value)
{
	*value = flow->events.sent_again[cause];
	return !(~flow->known & (PART_LOSS | PART_RETRANSMIT));
}

/* What came of losses, and of what was taken for some. */
static bool loss_of(const struct flow_analysis *flow, enum flow_number number, __u64 *value)
{
	switch (number) {
	case FLOW_probes:
		*value = flow->events.list.count[EVENT_probe];
		return flow->known & PART_LOSS;
	case FLOW_undos:
		*value = flow->events.list.count[EVENT_undo];
		return flow->known & PART_CWND;
	case FLOW_retransmitted_fast:
		return sent_again(flow, CAUSE_RECOVERY, value);
	case FLOW_retransmitted_by_timeout:
		return sent_again(flow, CAUSE_TIMEOUT, value);
	case FLOW_retransmitted_after_timeout:
		return sent_again(flow, CAUSE_AFTER_TIMEOUT, value);
	case FLOW_retransmitted_by_probe:
		return sent_again(flow, CAUSE_PROBE, value);
	case FLOW_retransmitted_in_vain:
		*value = flow->evidence.dsack_last - flow->evidence.dsack_first;
		return flow->evidence.has_dsack;
	default:
		return false;
	}
}

static bool mean(const struct quantiles *quantiles, __u64 *value)
{
	*value = quantiles__mean(quantiles);
	return quantiles->count;
}

/* What *value bytes are in a second of the flow's duration; the largest number if that is too
 * large. */
static bool per_second(const struct flow_analysis *flow, bool is_known, __u64 *value)
{
	__u64 us = flow->ledger.duration_us;
	double rate;

	if (!is_known || !us) {
		*value = 0;
		return false;
	}
	rate = (double)*value * USEC_PER_SEC / (double)us;
	*value = rate < 0x1p64 ? (__u64)rate : ~0ULL;
	return true;
}

/* The numbers that are counted, which are known if those that they are counted from are. */
static bool count_of(const struct flow_analysis *flow, enum flow_number number, __u64 *value)
{
	switch (number) {
	case FLOW_duration_us:
		*value = flow->ledger.duration_us;
		return true;
	case FLOW_lines_in:
		*value = flow->lines[SIFTR_IN];
		return true;
	case FLOW_lines_out:
		*value = flow->lines[SIFTR_OUT];
		return true;
	case FLOW_ssthresh_falls:
		*value = flow->ssthresh_falls;
		return flow->known & PART_CWND;
	case FLOW_inflight_max:
		*value = flow->inflight_max;
		return flow->known & PART_QUEUE;
	case FLOW_recoveries:
		*value = flow->recoveries;
		return flow->known & (PART_LOSS | PART_FLAGS);
	case FLOW_timeouts:
		*value = flow->events.list.count[EVENT_timeout];
		return flow->known & PART_LOSS ||
		       !(~flow->known & (PART_QUEUE | PART_CWND | PART_RTO));
	case FLOW_zero_window_us:
		*value = ledger__send_us(&flow->ledger, SEND_zero_window);
		return !(~flow->known & (PART_QUEUE | PART_WINDOW));
	default:
		return loss_of(flow, number, value);
	}
}

bool flow_analysis__number(const struct flow_analysis *flow, enum flow_number number, __u64 *value)
{
	*value = 0;
	switch (number) {
	case FLOW_bytes_sent:
		return bytes_of(flow, &flow->sent, SIFTR_OUT, value);
	case FLOW_bytes_acked:
		return grown(&flow->acked, value);
	case FLOW_bytes_received:
		return bytes_of(flow, &flow->received, SIFTR_IN, value);
	case FLOW_retransmissions:
		return retransmissions(flow, value);
	case FLOW_marked:
		return grown(&flow->marked, value);
	case FLOW_acked_rate:
		return per_second(flow, grown(&flow->acked, value), value);
	case FLOW_received_rate:
		return per_second(flow, bytes_of(flow, &flow->received, SIFTR_IN, value), value);
	case FLOW_srtt_min:
		return quantile(&flow->srtt, 0, value);
	case FLOW_srtt_median:
		return quantile(&flow->srtt, 500, value);
	case FLOW_srtt_p95:
		return quantile(&flow->srtt, 950, value);
	case FLOW_srtt_max:
		return quantile(&flow->srtt, 1000, value);
	case FLOW_srtt_mean:
		return mean(&flow->srtt, value);
	case FLOW_cwnd_mean:
		return mean(&flow->cwnd, value);
	case FLOW_cwnd_min:
		return quantile(&flow->cwnd, 0, value);
	case FLOW_cwnd_median:
		return quantile(&flow->cwnd, 500, value);
	case FLOW_cwnd_max:
		return quantile(&flow->cwnd, 1000, value);
	default:
		return count_of(flow, number, value);
	}
}
