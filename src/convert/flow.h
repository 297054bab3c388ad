/* SPDX-License-Identifier: BSD-2-Clause */
/* A flow as the flow table keeps it: its key, its id and its lines. */
#ifndef SIFTR_CONVERT_FLOW_H
#define SIFTR_CONVERT_FLOW_H

#include <stdbool.h>
#include <linux/types.h>
#include <siftr/record.h>

/* The bytes of a cache line, so that a flow takes one. */
#define FLOW_BYTES 64

struct flow {
	struct siftr_flow_key key;
	__u32 id;
	union {
		__u32 lines[SIFTR_DIRECTIONS]; /* records for lines, at most FLOW_LINES_MAX */
		__u32 moved; /* its position in the next table, when idle flows are removed */
	};
	__u32 last_seen : 31; /* time of the last of them, see flow__last_ns() */
	__u32 listed : 1;     /* the flow was seen in this interval, the time of one log file */
} __attribute__((aligned(FLOW_BYTES)));

#define FLOW_LINES_MAX (~0U)
/* Of the time that is kept, 67 ms: 31 bits are four years. */
#define FLOW_TIME_SHIFT 26

/* Counts a record for a line; `listed` is whether the flow is in the list of this interval. */
static inline void flow__count(struct flow *flow, const struct siftr_record *record, bool listed)
{
	__u32 *count = &flow->lines[record->direction % SIFTR_DIRECTIONS];

	*count += *count < FLOW_LINES_MAX;
	flow->last_seen = (__u32)(record->time_ns >> FLOW_TIME_SHIFT);
	flow->listed = listed;
}

/* CLOCK_MONOTONIC time of the last record for a line, at most 67 ms too early. */
static inline __u64 flow__last_ns(const struct flow *flow)
{
	return (__u64)flow->last_seen << FLOW_TIME_SHIFT;
}

_Static_assert(sizeof(struct flow) == FLOW_BYTES, "a flow takes one cache line");

#endif
