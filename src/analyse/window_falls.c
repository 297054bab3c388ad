// SPDX-License-Identifier: BSD-2-Clause
/*
 * A fall of the congestion window costs the time for which data waits for the window, until the
 * window has grown back or falls again.
 */
#include "analyse/window_falls.h"

#include "convert/tcp_constants.h"

static enum event_cause cause_of_fall(const struct flow_state *before, const struct flow_state *now,
				      const struct interval *interval)
{
	bool congestion = flow_state__has(now, PART_FLAGS) && now->flags & TF_CONGRECOVERY;

	if (interval->sender == SEND_rto_wait)
		return CAUSE_TIMEOUT;
	if (flow_state__recovers(now) || flow_state__recovers(before))
		return CAUSE_RECOVERY;
	if (congestion)
		return CAUSE_CONGESTION;
	if (interval->sender == SEND_idle)
		return CAUSE_IDLE;
	return interval->sender == SEND_application ? CAUSE_APPLICATION : CAUSE_UNKNOWN;
}

/* A recovery reduces the window ACK by ACK, which is one fall. */
static bool is_same_fall(const struct event *open, const struct event *fall)
{
	return open->time_us && fall->cause == CAUSE_RECOVERY && open->cause == CAUSE_RECOVERY &&
	       fall->from == open->to;
}

static void close_fall(struct window_falls *falls, struct event_list *list)
{
	if (falls->open.cause == CAUSE_IDLE)
		falls->restart_us += falls->open.cost_us;
	if (falls->open.time_us)
		event_list__note(list, &falls->open);
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
	if (is_same_fall(&falls->open, fall)) {
		falls->open.to = fall->to;
		return;
	}
	close_fall(falls, list);
	falls->open = *fall;
	if (fall->cause != CAUSE_IDLE)
		return;
	falls->idle_restarts++;
	falls->idle_restart = *fall;
}

void window_falls__add(struct window_falls *falls, struct event_list *list,
		       const struct flow_state *before, const struct flow_state *now,
		       const struct interval *interval)
{
	struct event fall = {.kind = EVENT_cwnd_fall, .time_us = now->time_us};

	if (!flow_state__has(before, PART_CWND) || !flow_state__has(now, PART_CWND))
		return;
	follow_fall(falls, list, now, interval);
	if (now->mss < before->mss) {
		fall.kind = EVENT_mss_fall;
		fall.from = before->mss;
		fall.to = now->mss;
		falls->last_mss = fall;
		event_list__note(list, &fall);
	} else if (now->cwnd < before->cwnd && now->mss == before->mss) {
		fall.cause = cause_of_fall(before, now, interval);
		fall.from = before->cwnd;
		fall.to = now->cwnd;
		note_window_fall(falls, list, &fall);
	}
}

void window_falls__end(struct window_falls *falls, struct event_list *list)
{
	close_fall(falls, list);
}
