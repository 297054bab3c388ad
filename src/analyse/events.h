/* SPDX-License-Identifier: BSD-2-Clause */
/* The events of a flow: how many of each kind, and those that cost most, in bounded memory. */
#ifndef SIFTR_ANALYSE_EVENTS_H
#define SIFTR_ANALYSE_EVENTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/flow_state.h"
#include "analyse/ledger.h"

enum event_kind {
#define EVENT(name, text) EVENT_##name,
#include "analyse/events.def"
	EVENT_KINDS
};

/* Why an event happened, as far as the rows show. */
enum event_cause {
	CAUSE_UNKNOWN,
	CAUSE_RECOVERY,
	CAUSE_TIMEOUT,
	CAUSE_PROBE,
	CAUSE_CONGESTION, /* ECN, or a drop on this host */
	CAUSE_IDLE,
	CAUSE_APPLICATION,
	CAUSE_WINDOW,
};

struct event {
	enum event_kind kind;
	enum event_cause cause;
	__u64 time_us;	   /* its beginning */
	__u64 duration_us; /* 0: a moment */
	__u64 cost_us;	   /* the delay it cost, 0 if that is not known */
	__u32 from, to;	   /* of a fall, bytes */
};

/* How many events of a flow are kept: those that cost most. */
#define EVENTS_KEPT 64

struct kept_events {
	unsigned int count;
	struct event of[EVENTS_KEPT];
	unsigned int nr_waiting; /* retransmissions of which no acknowledgement has come yet */
	__u64 waiting_us[EVENTS_KEPT];
	enum event_cause waiting_cause[EVENTS_KEPT];
};

/* Zeros are no events yet. */
struct events {
	__u32 count[EVENT_KINDS];
	__u64 cost_us[EVENT_KINDS];
	struct event open_recovery, open_window; /* time_us 0: there is none */
	struct event longest_stall, last_fall, last_mss_fall, idle_restart;
	__u32 idle_restarts;
	struct kept_events *kept; /* NULL: only counted */
};

extern const char *const event_texts[EVENT_KINDS];
extern const char *const event_causes[];

/* Notes what happened in the interval between two rows of the flow. */
void events__add(struct events *events, const struct flow_state *before,
		 const struct flow_state *now, const struct interval *interval);

/* The flow has no further rows: what is still going on ends with the last one, at `time_us`. */
void events__end(struct events *events, __u64 time_us);

#endif
