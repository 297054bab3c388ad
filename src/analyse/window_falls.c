// SPDX-License-Identifier: BSD-2-Clause
/*
 * A fall of the congestion window costs the time for which data waits for the window, until the
 * window has grown back or falls again.
 */
#include "analyse/window_falls.h"

#include <stddef.h>

/*
 * A window that is reduced without a loss was told to by the peer, or by a queue of this host that
 * dropped a packet, which the peer cannot report. The state of the row `now` is that after the
 * packet of `before`, which may have been the report.
 */
static enum event_cause cause_of_reduction(const struct flow_state *before,
					   const struct flow_state *now)
{
	if (flow_state__has(now, PART_ECN_PERMIT) && !now->permits_ecn)
		return CAUSE_LOCAL_DROP;
	if (!flow_state__has(before, PART_MARKS) || !flow_state__has(now, PART_MARKS))
		return before->has_echo ? CAUSE_ECN : CAUSE_CONGESTION;
	return before->has_echo || now->marked != before->marked ? CAUSE_ECN : CAUSE_LOCAL_DROP;
}

/* The ACK of a tail loss probe has shown that it filled a hole, which reduces the window at once.
 */
static bool is_probe_repair(const struct flow_state *before, const struct flow_state *now)
{
	return before->probing && !now->probing && now->ssthresh < before->ssthresh;
}

/*
 * The kernel makes a window smaller as it is used again after a time longer than the RTO, whatever
 * ended before that; after a recovery alone the window is ssthresh.
 */
static bool is_idle_restart(const struct flow_state *before, const struct flow_state *now,
			    const struct interval *interval)
{
	return interval->sender == SEND_idle && flow_state__has(before, PART_RTO) &&
	       interval->us > before->rto && now->cwnd < now->ssthresh;
}

static bool is_congestion(enum event_cause cause)
{
	return cause == CAUSE_CONGESTION || cause == CAUSE_ECN || cause == CAUSE_LOCAL_DROP;
}

static enum event_cause cause_of_fall(const struct window_falls *falls,
				      const struct flow_state *before, const struct flow_state *now,
				      const struct interval *interval)
{
	if (interval->sender == SEND_rto_wait)
		return CAUSE_TIMEOUT;
	if (is_idle_restart(before, now, interval))
		return CAUSE_IDLE;
	if (flow_state__recovers(now) || flow_state__recovers(before))
		return CAUSE_RECOVERY;
	if (is_probe_repair(before, now))
		return CAUSE_PROBE;
	if (flow_state__reduces(now) || flow_state__reduces(before))
		return falls->reduction ? falls->reduction : CAUSE_CONGESTION;
	if (interval->sender == SEND_idle)
		return CAUSE_IDLE;
	return interval->sender == SEND_application ? CAUSE_APPLICATION : CAUSE_UNKNOWN;
}

/* A recovery or another reduction makes the window smaller ACK by ACK, which is one fall. */
static bool is_same_fall(const struct window_falls *falls, const struct event *fall)
{
	const struct event *open = &falls->open;

	if (!open->time_us || fall->cause != open->cause)
		return false;
	if (is_congestion(fall->cause))
		return !falls->is_new_reduction;
	return fall->cause == CAUSE_RECOVERY && fall->from == open->to;
}

/* NULL: falls of that cause are not summed up. */
static struct summed_falls *sum_of(struct window_falls *falls, enum event_cause cause)
{
	switch (cause) {
	case CAUSE_IDLE:
		return &falls->sums[FALLS_IDLE];
	case CAUSE_CONGESTION:
		return &falls->sums[FALLS_CONGESTION];
	case CAUSE_ECN:
		return &falls->sums[FALLS_ECN];
	case CAUSE_LOCAL_DROP:
		return &falls->sums[FALLS_LOCAL_DROP];
	default:
		return NULL;
	}
}

static void close_fall(struct window_falls *falls, struct event_list *list)
{
	const struct event *open = &falls->open;
	struct summed_falls *sum = sum_of(falls, open->cause);

	if (!open->time_us)
		return;
	if (sum)
		*sum = (struct summed_falls){.us = sum->us + open->cost_us,
					     .count = sum->count + 1,
					     .from = open->from,
					     .to = open->to,
					     .time_us = open->time_us};
	event_list__note(list, open);
	falls->open = (struct event){};
}

/* Follows the time after a fall until the window has its size from before. */
static void follow_fall(struct window_falls *falls, struct event_list *list,
			const struct flow_state *now, const struct interval *interval)
{
	if (!falls->open.time_us)
		return;
	falls->open.duration_us += interval->us;
	if (interval->sender == SEND_slow_start || interval->sender == SEND_avoidance)
		falls->open.cost_us += interval->us;
	if (now->cwnd >= falls->open.from)
		close_fall(falls, list);
}

static void note_window_fall(struct window_falls *falls, struct event_list *list,
			     const struct event *fall)
{
	if (is_same_fall(falls, fall)) {
		falls->open.to = fall->to;
		return;
	}
	close_fall(falls, list);
	falls->open = *fall;
	if (is_congestion(fall->cause))
		falls->is_new_reduction = false;
}

void window_falls__add(struct window_falls *falls, struct event_list *list,
		       const struct flow_state *before, const struct flow_state *now,
		       const struct interval *interval)
{
	struct event fall = {.kind = EVENT_cwnd_fall, .time_us = now->time_us};

	if (!flow_state__has(before, PART_CWND) || !flow_state__has(now, PART_CWND))
		return;
	if (flow_state__began_reduction(before, now)) {
		falls->reduction = cause_of_reduction(before, now);
		falls->is_new_reduction = true;
	}
	follow_fall(falls, list, now, interval);
	if (now->mss < before->mss) {
		fall.kind = EVENT_mss_fall;
		fall.from = before->mss;
		fall.to = now->mss;
		falls->last_mss = fall;
		event_list__note(list, &fall);
	} else if (now->cwnd < before->cwnd && now->mss == before->mss) {
		fall.cause = cause_of_fall(falls, before, now, interval);
		fall.from = before->cwnd;
		fall.to = now->cwnd;
		note_window_fall(falls, list, &fall);
	}
}

void window_falls__end(struct window_falls *falls, struct event_list *list)
{
	close_fall(falls, list);
}

__u64 window_falls__us(const struct window_falls *falls)
{
	__u64 us = 0;

	for (int cause = 0; cause < SUMMED_CAUSES; cause++)
		us += falls->sums[cause].us;
	return us;
}
