// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/events.h"

#include "convert/tcp_constants.h"

/* A stall is a silence of so many round-trip times, or of a retransmission timeout if that is more.
 */
#define STALL_ROUND_TRIPS 4

const char *const event_texts[EVENT_KINDS] = {
#define EVENT(name, text) [EVENT_##name] = (text),
#include "analyse/events.def"
};

const char *const event_causes[] = {
	[CAUSE_UNKNOWN] = "-",
	[CAUSE_RECOVERY] = "recovery",
	[CAUSE_TIMEOUT] = "timeout",
	[CAUSE_PROBE] = "tail loss probe",
	[CAUSE_CONGESTION] = "ECN or local drop",
	[CAUSE_IDLE] = "idle",
	[CAUSE_APPLICATION] = "application",
	[CAUSE_WINDOW] = "peer's window",
};

/* Keeps the event, in place of the cheapest one if there are too many. */
static void keep(struct kept_events *kept, const struct event *event)
{
	unsigned int cheapest = 0;

	if (kept->count < EVENTS_KEPT) {
		kept->of[kept->count++] = *event;
		return;
	}
	for (unsigned int i = 1; i < EVENTS_KEPT; i++)
		if (kept->of[i].cost_us < kept->of[cheapest].cost_us)
			cheapest = i;
	if (kept->of[cheapest].cost_us < event->cost_us)
		kept->of[cheapest] = *event;
}

static void note(struct events *events, const struct event *event)
{
	events->count[event->kind]++;
	events->cost_us[event->kind] += event->cost_us;
	if (events->kept)
		keep(events->kept, event);
}

/* Notes a period that ends at `time_us`, and that it is over. */
static void close_period(struct events *events, struct event *period, __u64 time_us)
{
	if (!period->time_us)
		return;
	period->duration_us = period->cost_us =
		time_us > period->time_us ? time_us - period->time_us : 0;
	note(events, period);
	*period = (struct event){};
}

/* Follows a period that holds until `now`, or does not, from `begin_us` on if it is new. */
static void follow(struct events *events, struct event *period, enum event_kind kind, bool holds,
		   __u64 begin_us, const struct flow_state *before)
{
	if (holds && !period->time_us)
		*period = (struct event){.kind = kind, .time_us = begin_us};
	else if (!holds)
		close_period(events, period, before->time_us);
}

static void note_silence(struct events *events, enum event_kind kind, __u64 silence_us,
			 __u64 end_us)
{
	if (silence_us)
		note(events, &(struct event){.kind = kind,
					     .time_us = end_us - silence_us,
					     .duration_us = silence_us,
					     .cost_us = silence_us});
}

static enum event_cause cause_of_limit(enum send_limit limit)
{
	switch (limit) {
	case SEND_rto_wait:
		return CAUSE_TIMEOUT;
	case SEND_probe_wait:
		return CAUSE_PROBE;
	case SEND_recovery:
		return CAUSE_RECOVERY;
	case SEND_receive_window:
	case SEND_zero_window:
		return CAUSE_WINDOW;
	case SEND_application:
	case SEND_send_buffer:
		return CAUSE_APPLICATION;
	default:
		return CAUSE_UNKNOWN;
	}
}

static void note_stall(struct events *events, const struct flow_state *before,
		       const struct interval *interval)
{
	__u64 limit_us = (__u64)STALL_ROUND_TRIPS * before->srtt;
	struct event stall = {.kind = EVENT_stall,
			      .cause = cause_of_limit(interval->sender),
			      .time_us = before->time_us,
			      .duration_us = interval->us,
			      .cost_us = interval->us};

	if (before->rto > limit_us)
		limit_us = before->rto;
	if (interval->us <= limit_us || !limit_us || interval->sender == SEND_idle ||
	    interval->sender == SEND_closing)
		return;
	if (stall.cost_us > events->longest_stall.cost_us)
		events->longest_stall = stall;
	note(events, &stall);
}

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
static bool is_same_fall(const struct events *events, const struct event *fall)
{
	return fall->cause == CAUSE_RECOVERY && events->last_fall.cause == CAUSE_RECOVERY &&
	       fall->from == events->last_fall.to;
}

static void note_falls(struct events *events, const struct flow_state *before,
		       const struct flow_state *now, const struct interval *interval)
{
	struct event fall = {.kind = EVENT_cwnd_fall,
			     .cause = cause_of_fall(before, now, interval),
			     .time_us = now->time_us,
			     .from = before->cwnd,
			     .to = now->cwnd};

	if (!flow_state__has(before, PART_CWND) || !flow_state__has(now, PART_CWND))
		return;
	if (now->mss < before->mss) {
		fall.kind = EVENT_mss_fall;
		fall.cause = CAUSE_UNKNOWN;
		fall.from = before->mss;
		fall.to = now->mss;
		events->last_mss_fall = fall;
		note(events, &fall);
	} else if (now->cwnd < before->cwnd && now->mss == before->mss) {
		if (!is_same_fall(events, &fall))
			note(events, &fall);
		events->last_fall = fall;
		events->idle_restarts += fall.cause == CAUSE_IDLE;
		if (fall.cause == CAUSE_IDLE)
			events->idle_restart = fall;
	}
}

/* What was reduced for a loss is restored: the loss was none. */
static bool was_undone(const struct flow_state *before, const struct flow_state *now)
{
	return flow_state__has(before, PART_CWND) && flow_state__has(now, PART_CWND) &&
	       flow_state__recovers(before) && !flow_state__recovers(now) &&
	       now->ssthresh > before->ssthresh;
}

/* The cost of a retransmission is the time until data is acknowledged. */
static void note_retransmissions(struct events *events, const struct flow_state *before,
				 const struct flow_state *now, const struct interval *interval)
{
	struct kept_events *kept = events->kept;
	bool progressed = flow_state__has(before, PART_ACKED) && flow_state__has(now, PART_ACKED) &&
			  now->acked != before->acked;

	if (kept && progressed)
		for (unsigned int i = 0; i < kept->nr_waiting; i++) {
			__u64 us = before->time_us - kept->waiting_us[i];

			keep(kept, &(struct event){.kind = EVENT_retransmission,
						   .cause = kept->waiting_cause[i],
						   .time_us = kept->waiting_us[i],
						   .duration_us = us,
						   .cost_us = us});
		}
	if (kept && progressed)
		kept->nr_waiting = 0;
	if (!now->is_retransmit)
		return;
	events->count[EVENT_retransmission]++;
	if (!kept || kept->nr_waiting == EVENTS_KEPT)
		return;
	kept->waiting_us[kept->nr_waiting] = now->time_us;
	kept->waiting_cause[kept->nr_waiting++] = interval->sender == SEND_rto_wait ? CAUSE_TIMEOUT
						  : flow_state__recovers(now)	    ? CAUSE_RECOVERY
										    : CAUSE_PROBE;
}

void events__add(struct events *events, const struct flow_state *before,
		 const struct flow_state *now, const struct interval *interval)
{
	follow(events, &events->open_recovery, EVENT_recovery, flow_state__recovers(now),
	       now->time_us, before);
	follow(events, &events->open_window, EVENT_zero_window,
	       interval->sender == SEND_zero_window, before->time_us, before);
	note_silence(events, EVENT_timeout, interval->rto_silence_us, now->time_us);
	note_silence(events, EVENT_probe, interval->probe_silence_us,
		     interval->sender == SEND_probe_wait ? now->time_us : before->time_us);
	note_stall(events, before, interval);
	note_falls(events, before, now, interval);
	note_retransmissions(events, before, now, interval);
	if (was_undone(before, now))
		note(events, &(struct event){.kind = EVENT_undo, .time_us = now->time_us});
}

void events__end(struct events *events, __u64 time_us)
{
	close_period(events, &events->open_recovery, time_us);
	close_period(events, &events->open_window, time_us);
}
