// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/ledger.h"

#include "analyse/receiver.h"
#include "analyse/sender.h"

/* Takes one of the limits with a silence, of which there is one, from ledger->silent. */
static struct send_time *next_silent(struct ledger *ledger)
{
	unsigned int limit = (unsigned int)__builtin_ctz(ledger->silent);

	ledger->silent &= ledger->silent - 1;
	return &ledger->send[limit];
}

static void add_silence(struct ledger *ledger, enum send_limit limit, __u64 us)
{
	ledger->send[limit].silence_us += us;
	ledger->silent |= 1U << limit;
}

/* Makes what is in silence_us final. */
static void settle(struct ledger *ledger)
{
	while (ledger->silent) {
		struct send_time *time = next_silent(ledger);

		time->settled_us += time->silence_us;
		time->silence_us = 0;
	}
	ledger->previous_us = 0;
}

/* The silence so far was a wait for the timeout. Returns how long it was. */
static __u64 blame_timeout(struct ledger *ledger)
{
	__u64 silence_us = 0;

	while (ledger->silent) {
		struct send_time *time = next_silent(ledger);

		silence_us += time->silence_us;
		time->silence_us = 0;
	}
	add_silence(ledger, SEND_rto_wait, silence_us);
	return silence_us;
}

/* Whether the packet carries data and was sent into a full congestion window, as probes alone are.
 */
static bool exceeds_window(const struct flow_state *state)
{
	return flow_state__has(state, PART_PIPE | PART_LOSS | PART_PAYLOAD) && state->payload &&
	       !flow_state__recovers(state) && state->pipe >= state->cwnd_segs;
}

/*
 * That a packet with new data is a tail loss probe shows in the row after it, as the kernel notes
 * the probe once it is sent, and forgets it at a timeout: the interval before the packet, the last
 * one, was a wait for it.
 */
static bool was_probe(const struct flow_state *before, const struct flow_state *now)
{
	if (!before->outbound || before->is_retransmit || before->probing)
		return false;
	return now->probing || (sender__timed_out(before, now) && exceeds_window(before));
}

static __u64 blame_probe(struct ledger *ledger)
{
	__u64 us = ledger->previous_us;

	ledger->send[ledger->previous].silence_us -= us;
	add_silence(ledger, SEND_probe_wait, us);
	ledger->previous = SEND_probe_wait;
	return us;
}

static void note_lacking(struct ledger *ledger, const struct sender_limit *limit, __u64 us)
{
	if (!limit->lacking || !us)
		return;
	ledger->lacking |= limit->lacking;
	ledger->lacking_us += us;
}

/* Takes up to `us` from a limit, what is final first. Returns how much there was. */
static __u64 take(struct ledger *ledger, int limit, __u64 us)
{
	struct send_time *time = &ledger->send[limit];
	__u64 silence_us, settled_us = time->settled_us;

	if (settled_us > us)
		settled_us = us;
	silence_us = us - settled_us;
	if (silence_us > time->silence_us)
		silence_us = time->silence_us;
	time->settled_us -= settled_us;
	time->silence_us -= silence_us;
	return settled_us + silence_us;
}

/*
 * The time in which received segments have no row becomes unknown. What a timeout has been found to
 * have taken since stays its wait.
 */
static void blame_unseen(struct ledger *ledger)
{
	struct unseen_segments *unseen = &ledger->unseen;
	__u64 us = 0;

	for (int limit = 0; limit < SEND_LIMITS; limit++)
		if (limit != SEND_unknown)
			us += take(ledger, limit, unseen->send_us[limit]);
	ledger->send[SEND_unknown].settled_us += us;
	ledger->gap_us += us;
	for (int limit = 0; limit < RECEIVE_LIMITS; limit++) {
		ledger->receive_us[limit] -= unseen->receive_us[limit];
		ledger->receive_us[RECEIVE_unknown] += unseen->receive_us[limit];
	}
	if (ledger->previous_us > ledger->send[ledger->previous].silence_us)
		ledger->previous_us = ledger->send[ledger->previous].silence_us;
	unseen_segments__settle(unseen);
}

/* Counts as the kernel does, which knows nothing of the rules that come before these two. */
static void count_as_kernel(struct ledger *ledger, const struct flow_state *before,
			    const struct flow_state *now, const struct interval *interval)
{
	if (interval->sender == SEND_zero_window || sender__waits_for_window(before, now))
		ledger->window_us += interval->us;
	if (sender__waits_for_buffer(now))
		ledger->buffer_us += interval->us;
}

struct interval ledger__add(struct ledger *ledger, const struct flow_state *before,
			    const struct flow_state *now)
{
	struct interval interval = {.probe_took = SEND_probe_wait};
	struct sender_limit limit = sender__limit(before, now, ledger->previous);
	bool stood_still = sender__stood_still(before, now);
	bool has_gap = stood_still || sender__has_gap(before, now);

	if (now->time_us > before->time_us)
		interval.us = now->time_us - before->time_us;
	if (stood_still)
		limit = (struct sender_limit){SEND_unknown, 0};
	if (was_probe(before, now)) {
		interval.probe_took = ledger->previous;
		interval.probe_silence_us = blame_probe(ledger);
	}
	interval.ends_silence = sender__progressed(before, now) || limit.limit == SEND_idle;
	if (interval.ends_silence)
		settle(ledger);
	note_lacking(ledger, &limit, interval.us);
	add_silence(ledger, limit.limit, interval.us);
	ledger->previous = limit.limit;
	ledger->previous_us = interval.us;
	if (limit.limit == SEND_rto_wait)
		interval.rto_silence_us = blame_timeout(ledger);
	else if (limit.limit == SEND_probe_wait)
		interval.probe_silence_us = interval.us;
	interval.sender = limit.limit;
	count_as_kernel(ledger, before, now, &interval);
	interval.receiver = receiver__limit(before, now, has_gap);
	ledger->receive_us[interval.receiver] += interval.us;
	ledger->duration_us += interval.us;
	if (has_gap)
		ledger->gap_us += interval.us;
	if (unseen_segments__add(&ledger->unseen, before, now, interval.us, interval.sender,
				 interval.receiver))
		blame_unseen(ledger);
	return interval;
}

void ledger__end(struct ledger *ledger)
{
	if (unseen_segments__end(&ledger->unseen))
		blame_unseen(ledger);
}

enum send_limit ledger__main_send_limit(const struct ledger *ledger)
{
	enum send_limit longest = 0;

	for (int limit = 1; limit < SEND_LIMITS; limit++)
		if (ledger__send_us(ledger, limit) > ledger__send_us(ledger, longest))
			longest = limit;
	return longest;
}

enum receive_limit ledger__main_receive_limit(const struct ledger *ledger)
{
	enum receive_limit longest = 0;

	for (int limit = 1; limit < RECEIVE_LIMITS; limit++)
		if (ledger->receive_us[limit] > ledger->receive_us[longest])
			longest = limit;
	return longest;
}

static void add_held(struct held_up *held, const struct limit_text *limit, __u64 us)
{
	if (!limit->holds || !us)
		return;
	held->us += us;
	if (us <= held->longest_us)
		return;
	held->longest_us = us;
	held->by = limit;
}

struct held_up ledger__held_up(const struct ledger *ledger)
{
	struct held_up sender = {}, receiver = {};

	for (int limit = 0; limit < SEND_LIMITS; limit++)
		add_held(&sender, &send_limits[limit], ledger__send_us(ledger, limit));
	for (int limit = 0; limit < RECEIVE_LIMITS; limit++)
		add_held(&receiver, &receive_limits[limit], ledger->receive_us[limit]);
	return sender.us >= receiver.us ? sender : receiver;
}
