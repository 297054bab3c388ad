/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the events of a flow in its rows, in bounded memory. */
#ifndef SIFTR_ANALYSE_EVENTS_H
#define SIFTR_ANALYSE_EVENTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/blackout.h"
#include "analyse/event_list.h"
#include "analyse/flow_state.h"
#include "analyse/ledger.h"
#include "analyse/srtt_rise.h"
#include "analyse/window_falls.h"

/* Zeros are no events yet. */
struct events {
	__u64 recovery_us, window_us; /* when one that goes on began; 0: none does */
	struct srtt_rise rise;
	__u32 prior_ssthresh;	   /* before it was reduced last */
	struct window_falls falls; /* of which each row reads what comes before last_mss */
	/* From here on, what is used when something happens. */
	struct blackout blackout;
	__u64 sent_again[SENT_AGAIN_CAUSES]; /* segments, of the rows that tell it */
	struct event_list list;
};

/* Notes what happened in the interval between two rows of the flow. */
void events__add(struct events *events, const struct flow_state *before,
		 const struct flow_state *now, const struct interval *interval);

/* The congestion control has changed at that time. */
void events__add_cc_change(struct events *events, const char *from, const char *to, __u64 time_us);

/* The flow has no further rows: what is still going on ends with the last one. */
void events__end(struct events *events, const struct flow_state *last);

#endif
