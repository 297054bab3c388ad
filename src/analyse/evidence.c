// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/evidence.h"

#include "format/row.h"

/* An srtt of so many times the least shows a queue. */
#define QUEUE_FACTOR 4

static void keep_longest(struct longest *longest, __u64 us, __u64 time_us)
{
	if (us > longest->us)
		*longest = (struct longest){us, time_us};
}

/* The longest interval of a limit was in this silence, and counts for another limit now. */
static void forget(struct evidence *evidence, int limit)
{
	if (evidence->silent & 1U << limit)
		evidence->send[limit] = evidence->before_silence[limit];
	evidence->silent &= ~(1U << limit);
}

/*
 * Keeps the longest intervals, as the ledger counts them: a timeout takes the whole silence before
 * it, and a tail loss probe the last interval of it.
 */
static void keep_longest_send(struct evidence *evidence, const struct flow_state *before,
			      const struct interval *interval)
{
	struct longest *longest = &evidence->send[interval->sender];

	if (interval->probe_silence_us &&
	    evidence->send[interval->probe_took].us == interval->probe_silence_us)
		forget(evidence, interval->probe_took);
	if (interval->ends_silence)
		evidence->silent = 0;
	for (int limit = 0; limit < SEND_LIMITS && interval->rto_silence_us; limit++)
		forget(evidence, limit);
	if (interval->us <= longest->us)
		return;
	if (!(evidence->silent & 1U << interval->sender))
		evidence->before_silence[interval->sender] = *longest;
	evidence->silent |= 1U << interval->sender;
	*longest = (struct longest){interval->us, before->time_us};
}

static void take_chrono(struct evidence *evidence, const struct flow_state *state)
{
	const __u64 sums[3] = {state->busy_us, state->rwnd_us, state->sndbuf_us};

	if (!flow_state__has(state, PART_CHRONO))
		return;
	for (int i = 0; i < 3; i++) {
		if (!evidence->has_chrono)
			evidence->first_us[i] = sums[i];
		evidence->last_us[i] = sums[i];
	}
	evidence->has_chrono = true;
}

static void take_row(struct evidence *evidence, const struct row *row,
		     const struct flow_state *state)
{
	take_chrono(evidence, state);
	if (flow_state__has(state, PART_SRTT) &&
	    (!evidence->srtt_min || state->srtt < evidence->srtt_min))
		evidence->srtt_min = state->srtt;
	if (state->outbound && state->payload)
		evidence->data_segs += state->segs ? state->segs : 1;
	evidence->send_buffer = row->columns.snd_buf_hiwater;
	evidence->receive_buffer = row->columns.rcv_buf_hiwater;
	if (row_fields__has(row->fields, SIFTR_FIELD_dsack_dups)) {
		evidence->dsack_last = (__u32)row->fields->values[SIFTR_FIELD_dsack_dups];
		if (!evidence->has_dsack)
			evidence->dsack_first = evidence->dsack_last;
		evidence->has_dsack = true;
	}
}

void evidence__begin(struct evidence *evidence, const struct row *row,
		     const struct flow_state *first)
{
	*evidence = (struct evidence){};
	take_row(evidence, row, first);
}

bool evidence__is_send_buffer_full(const struct row *row)
{
	return 3 * row_fields__value(row->fields, SIFTR_FIELD_sk_wmem_queued) >
	       2 * (__u64)row->columns.snd_buf_hiwater;
}

void evidence__add(struct evidence *evidence, const struct row *row,
		   const struct flow_state *before, const struct flow_state *now,
		   const struct interval *interval)
{
	bool window_limits = interval->sender == SEND_slow_start ||
			     interval->sender == SEND_avoidance ||
			     interval->sender == SEND_receive_window;

	keep_longest_send(evidence, before, interval);
	keep_longest(&evidence->receive[interval->receiver], interval->us, before->time_us);
	if (window_limits && evidence->srtt_min && now->srtt >= QUEUE_FACTOR * evidence->srtt_min)
		evidence->queue_us += interval->us;
	if (interval->sender == SEND_receive_window && now->snd_wnd > evidence->peer_window)
		evidence->peer_window = now->snd_wnd;
	if (interval->sender == SEND_application && evidence__is_send_buffer_full(row))
		evidence->blocked_us += interval->us;
	if (interval->sender == SEND_pacing &&
	    row_fields__has(row->fields, SIFTR_FIELD_pacing_rate))
		evidence->pacing_rate = row->fields->values[SIFTR_FIELD_pacing_rate];
	take_row(evidence, row, now);
}
