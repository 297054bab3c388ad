// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/events.h"

#include <stdio.h>
#include <string.h>

#define TCP_CA_LOSS 4

/* A stall is a silence of so many round-trip times, or of a retransmission timeout if that is more.
 */
#define STALL_ROUND_TRIPS 4

/* Notes a period that began at *begin_us, if any did, and ends at `end_us`: it is over. */
static void close_period(struct events *events, __u64 *begin_us, enum event_kind kind, __u64 end_us)
{
	__u64 us = end_us > *begin_us ? end_us - *begin_us : 0;

	if (!*begin_us)
		return;
	event_list__note(&events->list, &(struct event){.kind = kind,
							.time_us = *begin_us,
							.duration_us = us,
							.cost_us = us});
	*begin_us = 0;
}

/* Follows a period that holds until now, or does not, from `new_us` on if it is new. */
static void follow(struct events *events, __u64 *begin_us, enum event_kind kind, bool holds,
		   __u64 new_us, const struct flow_state *before)
{
	if (holds && !*begin_us)
		*begin_us = new_us;
	else if (!holds)
		close_period(events, begin_us, kind, before->time_us);
}

static void note_silence(struct events *events, enum event_kind kind, __u64 silence_us,
			 __u64 end_us)
{
	if (silence_us)
		event_list__note(&events->list, &(struct event){.kind = kind,
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
	event_list__note(&events->list, &stall);
}

/*
 * A recovery has begun before the last one had ended, which is so only if that one was undone: its
 * end, high_seq, is not yet acknowledged.
 */
static bool was_undone_for_another(const struct flow_state *before, const struct flow_state *now)
{
	return flow_state__recovers(before) && flow_state__recovers(now) && before->undo_marker &&
	       now->undo_marker && now->undo_marker != before->undo_marker &&
	       (__s32)(now->undo_marker - before->high_seq) < 0;
}

/* A reduction begins, which may set a larger ssthresh than the last one if the window has grown. */
static bool sets_ssthresh(const struct flow_state *before, const struct flow_state *now)
{
	return flow_state__reduces(now) ||
	       (flow_state__recovers(now) && !flow_state__recovers(before));
}

/*
 * What was reduced for a loss is restored: the loss was none. That may show at the end of the
 * recovery, or later by what ssthresh returns to.
 */
static bool was_undone(struct events *events, const struct flow_state *before,
		       const struct flow_state *now)
{
	if (!flow_state__has(before, PART_CWND) || !flow_state__has(now, PART_CWND) ||
	    now->mss != before->mss)
		return false;
	if (now->ssthresh < before->ssthresh && !flow_state__recovers(before))
		events->prior_ssthresh = before->ssthresh;
	if (was_undone_for_another(before, now))
		return true;
	if (now->ssthresh <= before->ssthresh || sets_ssthresh(before, now))
		return false;
	return now->ssthresh == events->prior_ssthresh ||
	       (flow_state__recovers(before) && !flow_state__recovers(now));
}

static enum event_cause cause_of_retransmission(const struct flow_state *now,
						const struct interval *interval)
{
	if (interval->sender == SEND_rto_wait)
		return CAUSE_TIMEOUT;
	if (flow_state__has(now, PART_LOSS) && now->ca_state == TCP_CA_LOSS)
		return CAUSE_AFTER_TIMEOUT;
	return flow_state__recovers(now) ? CAUSE_RECOVERY : CAUSE_PROBE;
}

/* Keeps the retransmissions of which an acknowledgement has come at `time_us`, or none will. */
static void keep_waiting(struct events *events, __u64 time_us)
{
	struct kept_events *kept = events->list.kept;

	for (unsigned int i = 0; i < kept->nr_waiting; i++) {
		__u64 begin_us = kept->waiting_us[i];
		__u64 us = time_us > begin_us ? time_us - begin_us : 0;

		event_list__keep(&events->list, &(struct event){.kind = EVENT_retransmission,
								.cause = kept->waiting_cause[i],
								.time_us = begin_us,
								.duration_us = us,
								.cost_us = us});
	}
	kept->nr_waiting = 0;
}

/* The cost of a retransmission is the time until data is acknowledged. */
static void note_retransmissions(struct events *events, const struct flow_state *before,
				 const struct flow_state *now, const struct interval *interval)
{
	struct kept_events *kept;
	enum event_cause cause;
	bool progressed = flow_state__has(before, PART_ACKED) && flow_state__has(now, PART_ACKED) &&
			  now->acked != before->acked;

	if (progressed && events->list.kept)
		keep_waiting(events, before->time_us);
	if (!now->is_retransmit)
		return;
	kept = events->list.kept;
	cause = cause_of_retransmission(now, interval);
	events->list.count[EVENT_retransmission]++;
	events->sent_again[cause] += now->segs ? now->segs : 1;
	if (!kept || kept->nr_waiting == EVENTS_KEPT)
		return;
	kept->waiting_us[kept->nr_waiting] = now->time_us;
	kept->waiting_cause[kept->nr_waiting++] = cause;
}

/* What a reset cost in time is not known, but what data it lost. */
static void note_reset(struct events *events, const struct flow_state *now)
{
	event_list__note(&events->list,
			 &(struct event){.kind = EVENT_reset,
					 .cause = now->outbound ? CAUSE_HOST : CAUSE_PEER,
					 .time_us = now->time_us,
					 .from = now->inflight,
					 .to = now->unsent});
}

void events__add(struct events *events, const struct flow_state *before,
		 const struct flow_state *now, const struct interval *interval)
{
	follow(events, &events->recovery_us, EVENT_recovery, flow_state__recovers(now),
	       now->time_us, before);
	follow(events, &events->window_us, EVENT_zero_window, interval->sender == SEND_zero_window,
	       before->time_us, before);
	note_silence(events, EVENT_timeout, interval->rto_silence_us, now->time_us);
	note_silence(events, EVENT_probe, interval->probe_silence_us,
		     interval->sender == SEND_probe_wait ? now->time_us : before->time_us);
	if (interval->rto_silence_us)
		blackout__add(&events->blackout, interval->rto_silence_us, now->time_us);
	note_stall(events, before, interval);
	window_falls__add(&events->falls, &events->list, before, now, interval);
	srtt_rise__add(&events->rise, &events->list, before, now, interval);
	note_retransmissions(events, before, now, interval);
	if (was_undone(events, before, now))
		event_list__note(&events->list,
				 &(struct event){.kind = EVENT_undo, .time_us = now->time_us});
	if (now->is_reset)
		note_reset(events, now);
}

/* The index of the name, entered if it is new; the last one stands for all beyond. */
static __u32 index_of_name(struct kept_events *kept, const char *name)
{
	__u32 i = 0;

	while (i < EVENT_NAMES - 1 && *kept->names[i] && strcmp(kept->names[i], name) != 0)
		i++;
	snprintf(kept->names[i], sizeof(kept->names[i]), "%s", name);
	return i;
}

void events__add_cc_change(struct events *events, const char *from, const char *to, __u64 time_us)
{
	struct event change = {.kind = EVENT_cc_change, .time_us = time_us};

	if (events->list.kept) {
		change.from = index_of_name(events->list.kept, from);
		change.to = index_of_name(events->list.kept, to);
	}
	event_list__note(&events->list, &change);
}

void events__end(struct events *events, const struct flow_state *last)
{
	close_period(events, &events->recovery_us, EVENT_recovery, last->time_us);
	close_period(events, &events->window_us, EVENT_zero_window, last->time_us);
	/* With nothing in flight the peer had acknowledged all before what was sent again. */
	if (events->list.kept)
		keep_waiting(events, last->inflight ? last->time_us : 0);
	window_falls__end(&events->falls, &events->list);
	srtt_rise__end(&events->rise, &events->list);
}
