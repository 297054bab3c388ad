/* SPDX-License-Identifier: BSD-2-Clause */
/* The events in which a flow's round-trip time is far above its least for long. */
#ifndef SIFTR_ANALYSE_SRTT_RISE_H
#define SIFTR_ANALYSE_SRTT_RISE_H

#include <linux/types.h>

#include "analyse/event_list.h"
#include "analyse/flow_state.h"
#include "analyse/ledger.h"

/* An srtt of so many times the least is a rise, once it has lasted so long. */
#define SRTT_RISE_FACTOR 4
#define SRTT_RISE_US	 1000000

/* Zeros are a flow without a row. */
struct srtt_rise {
	__u32 least;	   /* srtt so far; 0: none */
	__u32 peak;	   /* of the rise that goes on */
	__u64 begin_us;	   /* 0: none goes on */
	__u64 duration_us; /* of that, and for how long of it data waited for a full window */
	__u64 limited_us;
};

/* Follows the srtt from one row of the flow to the next. */
void srtt_rise__add(struct srtt_rise *rise, struct event_list *list,
		    const struct flow_state *before, const struct flow_state *now,
		    const struct interval *interval);

/* The flow has no further rows. */
void srtt_rise__end(struct srtt_rise *rise, struct event_list *list);

#endif
