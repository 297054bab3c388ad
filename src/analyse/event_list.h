/* SPDX-License-Identifier: BSD-2-Clause */
/* What happened to a flow: how many events of each kind, and those that cost most. */
#ifndef SIFTR_ANALYSE_EVENT_LIST_H
#define SIFTR_ANALYSE_EVENT_LIST_H

#include <linux/types.h>
#include <siftr/groups.h>

enum event_kind {
#define EVENT(name, text) EVENT_##name,
#include "analyse/event_list.def"
	EVENT_KINDS
};

/* Why an event happened, as far as the rows show. */
enum event_cause {
	CAUSE_UNKNOWN,
	CAUSE_RECOVERY,
	CAUSE_TIMEOUT,
	CAUSE_AFTER_TIMEOUT, /* what else was taken for lost then */
	CAUSE_PROBE,
	SENT_AGAIN_CAUSES, /* those of retransmissions come before the others */
	CAUSE_CONGESTION =
		SENT_AGAIN_CAUSES, /* ECN or a drop on this host: it is not known which */
	CAUSE_ECN,		   /* the peer reported marked packets */
	CAUSE_LOCAL_DROP,	   /* a queue of this host dropped a packet */
	CAUSE_IDLE,
	CAUSE_APPLICATION,
	CAUSE_WINDOW,
	CAUSE_QUEUE, /* packets of this connection fill a queue on the path */
	CAUSE_PATH,  /* what the path or the peer does without that */
	CAUSE_PEER,  /* the peer sent it */
	CAUSE_HOST,  /* this host sent it */
	EVENT_CAUSES
};

struct event {
	enum event_kind kind;
	enum event_cause cause;
	__u64 time_us;	   /* its beginning */
	__u64 duration_us; /* 0: a moment */
	__u64 cost_us;	   /* the delay it cost, 0 if that is not known */
	/* Bytes of a fall; us of a rise; indexes in kept_events.names; of a reset the bytes that
	 * were not acknowledged, and those that were not sent; or 0. */
	__u32 from, to;
};

/* How many events of a flow are kept: those that cost most. */
#define EVENTS_KEPT 64

/* How many names of congestion controls are kept. */
#define EVENT_NAMES 4

struct kept_events {
	unsigned int count;
	struct event of[EVENTS_KEPT];
	unsigned int nr_waiting; /* retransmissions of which no acknowledgement has come yet */
	__u64 waiting_us[EVENTS_KEPT];
	enum event_cause waiting_cause[EVENTS_KEPT];
	char names[EVENT_NAMES][SIFTR_TEXT_MAX + 1]; /* "": unused */
};

/* Zeros are no events yet. */
struct event_list {
	__u32 count[EVENT_KINDS];
	__u64 cost_us[EVENT_KINDS];
	/* The costliest; meaningless if count is 0. Of other kinds it is not asked for. */
	struct event recovery, probe, reset;
	struct kept_events *kept; /* NULL: only counted */
};

extern const char *const event_texts[EVENT_KINDS];
extern const char *const event_causes[EVENT_CAUSES];

/* Keeps the event, if events are kept, in place of the cheapest one if there are too many. */
void event_list__keep(struct event_list *list, const struct event *event);
/* Counts the event and keeps it. */
void event_list__note(struct event_list *list, const struct event *event);

#endif
