/* SPDX-License-Identifier: BSD-2-Clause */
/* One flow of a log, worked out row by row in bounded memory: its numbers and its ledger. */
#ifndef SIFTR_ANALYSE_FLOW_ANALYSIS_H
#define SIFTR_ANALYSE_FLOW_ANALYSIS_H

#include <stdbool.h>
#include <linux/types.h>
#include <siftr/groups.h>
#include <siftr/record.h>

#include "analyse/events.h"
#include "analyse/evidence.h"
#include "analyse/flow_state.h"
#include "analyse/ledger.h"
#include "analyse/quantiles.h"

struct row;

enum flow_number {
#define FLOW_NUMBER(name, unit, help) FLOW_##name,
#include "analyse/flow_numbers.def"
	FLOW_NUMBERS
};

/* A number that only grows, of which what it grew by counts. */
struct growth {
	__u64 first, last;
	bool is_known;
};

/*
 * With many flows each row waits for this memory: so what every row uses lies together, from
 * ledger.receive_us to `srtt` and from evidence.receive to events.falls.last_mss.
 */
struct flow_analysis {
	struct siftr_flow_key key;
	__u32 flowid;
	__u32 pid;					       /* 0: not known */
	char comm[SIFTR_TEXT_MAX + 1], cc[SIFTR_TEXT_MAX + 1]; /* "": not known */
	__u64 begin_us;					       /* time of the first row */
	struct growth sent, acked, received, retransmitted, marked;
	__u64 payload[SIFTR_DIRECTIONS]; /* of the rows that tell it */
	__u64 retransmitted_rows;
	__u32 backward_steps; /* of the clock: rows in another order are none */
	struct ledger ledger;
	struct flow_state last; /* of the last row */
	__u32 known;		/* enum state_part: parts that every row had */
	__u8 flowtype;
	bool recovers; /* at the last row */
	__u32 inflight_max, ssthresh_falls, recoveries;
	__u64 lines[SIFTR_DIRECTIONS];
	struct quantiles cwnd, srtt;
	struct evidence evidence;
	struct events events;
};

/*
 * The flow of its first row; its costliest events are kept if `keeps_events`, else only counted.
 * Free it with flow_analysis__free(). 0 or -ENOMEM.
 */
int flow_analysis__begin(struct flow_analysis *flow, const struct row *row, bool keeps_events);
/* Adds a further row. *interval is what it ends. 0 or -ENOMEM. */
int flow_analysis__add(struct flow_analysis *flow, const struct row *row,
		       struct interval *interval);
/* gcc takes a function that only prefetches for one without effect, unless it is inlined at once.
 */
#define FLOW_ANALYSIS_INLINE static inline __attribute__((always_inline))

/* Fetches the lines of memory from `begin` to before `end` into the cache. */
FLOW_ANALYSIS_INLINE void flow_analysis__fetch(const void *begin, const void *end)
{
	const char *at = begin;

	for (; at < (const char *)end; at += 64)
		__builtin_prefetch(at);
	__builtin_prefetch((const char *)end - 1);
}

/* Fetches what a further row of the flow uses, which has captured fields or not. */
FLOW_ANALYSIS_INLINE void flow_analysis__prefetch(const struct flow_analysis *flow, bool has_fields)
{
	const void *begin = has_fields ? (const void *)&flow->sent : flow->ledger.receive_us;

	flow_analysis__fetch(begin, &flow->srtt + 1);
	flow_analysis__fetch(flow->evidence.receive, &flow->events.falls.last_mss);
}

/* Likewise, once that is there, what it uses if the same limit holds, and what is pointed to. */
FLOW_ANALYSIS_INLINE void flow_analysis__prefetch_ranges(const struct flow_analysis *flow)
{
	__builtin_prefetch(&flow->ledger.send[flow->ledger.previous]);
	__builtin_prefetch(&flow->evidence.send[flow->ledger.previous]);
	if (flow->srtt.room)
		__builtin_prefetch(flow->srtt.many + flow->srtt.last);
	if (flow->cwnd.room)
		__builtin_prefetch(flow->cwnd.many + flow->cwnd.last);
}

/* The flow has no further rows. */
void flow_analysis__end(struct flow_analysis *flow);
void flow_analysis__free(struct flow_analysis *flow);

/* Sets *value to a number of the flow. False if the log cannot tell it; *value is 0 then. */
bool flow_analysis__number(const struct flow_analysis *flow, enum flow_number number, __u64 *value);

#endif
