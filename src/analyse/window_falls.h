/* SPDX-License-Identifier: BSD-2-Clause */
/* The events in which a flow's congestion window, or its segment size, becomes less. */
#ifndef SIFTR_ANALYSE_WINDOW_FALLS_H
#define SIFTR_ANALYSE_WINDOW_FALLS_H

#include <linux/types.h>

#include "analyse/event_list.h"
#include "analyse/flow_state.h"
#include "analyse/ledger.h"

/* Zeros are no falls yet. */
struct window_falls {
	struct event open;	   /* noted once its cost is known; time_us 0: there is none */
	struct event last_mss;	   /* time_us 0: there was none */
	struct event idle_restart; /* the last fall after idleness */
	__u32 idle_restarts;
	__u64 restart_us; /* the costs of these */
};

/* Notes a fall between two rows of the flow. */
void window_falls__add(struct window_falls *falls, struct event_list *list,
		       const struct flow_state *before, const struct flow_state *now,
		       const struct interval *interval);

/* The flow has no further rows. */
void window_falls__end(struct window_falls *falls, struct event_list *list);

#endif
