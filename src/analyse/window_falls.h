/* SPDX-License-Identifier: BSD-2-Clause */
/* The events in which a flow's congestion window, or its segment size, becomes less. */
#ifndef SIFTR_ANALYSE_WINDOW_FALLS_H
#define SIFTR_ANALYSE_WINDOW_FALLS_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/event_list.h"
#include "analyse/flow_state.h"
#include "analyse/ledger.h"

/* Causes whose falls are summed up. */
enum summed_cause {
	FALLS_IDLE,
	FALLS_CONGESTION,
	FALLS_ECN,
	FALLS_LOCAL_DROP,
	SUMMED_CAUSES
};

/* The falls of one cause. */
struct summed_falls {
	__u64 us; /* what they cost together */
	__u32 count;
	__u32 from, to; /* of the last one, as the next */
	__u64 time_us;
};

/* Zeros are no falls yet. */
struct window_falls {
	struct event open;	    /* noted once its cost is known; time_us 0: there is none */
	enum event_cause reduction; /* why the last reduction without a loss began; 0: none has */
	bool is_new_reduction;	    /* the window has not fallen since it began */
	struct event last_mss;	    /* time_us 0: there was none */
	struct summed_falls sums[SUMMED_CAUSES];
};

/* Notes a fall between two rows of the flow. */
void window_falls__add(struct window_falls *falls, struct event_list *list,
		       const struct flow_state *before, const struct flow_state *now,
		       const struct interval *interval);

/* What the falls that are summed up cost together. */
__u64 window_falls__us(const struct window_falls *falls);

/* The flow has no further rows. */
void window_falls__end(struct window_falls *falls, struct event_list *list);

#endif
