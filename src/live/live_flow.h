/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection as it is now: its analysis so far, its rates, and what limits it. */
#ifndef SIFTR_LIVE_LIVE_FLOW_H
#define SIFTR_LIVE_LIVE_FLOW_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/flow_analysis.h"
#include "live/limit_shares.h"
#include "live/live_history.h"

/* How many intervals the trend of the congestion window shows. */
#define LIVE_TREND 16

enum live_rate {
	RATE_SENT,	    /* bytes a second, retransmissions included */
	RATE_DELIVERED,	    /* bytes a second that the peer acknowledged */
	RATE_RECEIVED,	    /* bytes a second */
	RATE_RETRANSMITTED, /* segments a second */
	LIVE_RATES
};

struct live_flow {
	struct flow_analysis flow;
	struct limit_shares shares;
	__u32 min_rtt; /* us, as the kernel keeps it; 0: not known */
	bool is_reset;
	bool is_buffer_full;	   /* at the last row: the application cannot write */
	__u64 pacing_rate;	   /* bytes/s at the last row; 0: not known, or not limited */
	__u64 counted[LIVE_RATES]; /* what a rate counts, until the last tick */
	double rates[LIVE_RATES];  /* a second, of the last interval; negative: not known */
	__u32 trend[LIVE_TREND];   /* cwnd in bytes at each tick, the oldest overwritten */
	__u32 nr_ticks;
	struct live_history *history; /* NULL: it has none */
};

/* What limits a flow at a moment. */
struct live_limit {
	const struct limit_text *text;
	bool as_receiver;
	float share;  /* of the last moments, 0 to 1 */
	int severity; /* the greater the worse, by which flows are sorted */
};

/* The flow of its first row. 0 or -ENOMEM; call live_flow__end() in any case. */
int live_flow__begin(struct live_flow *flow, const struct row *row);
/* 0 or -ENOMEM. */
int live_flow__add(struct live_flow *flow, const struct row *row);
void live_flow__end(struct live_flow *flow);

/* An interval of `seconds` ends at that Unix time in microseconds. */
void live_flow__tick(struct live_flow *flow, double seconds, __u64 now_us);

/* What limits the flow at that Unix time in microseconds, at which no packet has followed yet. */
struct live_limit live_flow__limit(const struct live_flow *flow, __u64 now_us);

/* Whether the connection has ended a while before. */
bool live_flow__is_over(const struct live_flow *flow, __u64 now_us);

#endif
