/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The connections that were seen last, up to a bound: one more takes the place of that which has
 * been silent longest.
 */
#ifndef SIFTR_LIVE_LIVE_FLOWS_H
#define SIFTR_LIVE_LIVE_FLOWS_H

#include <stddef.h>
#include <linux/types.h>

#include "hash/seed.h"
#include "live/live_flow.h"

struct kept_flow {
	struct live_flow *flow;
	__u32 number;	      /* the rows' flow number */
	__u32 older, newer;   /* places, by the last row; NO_PLACE at the ends */
	__u32 next_in_bucket; /* place, or NO_PLACE */
};

struct live_flows {
	struct kept_flow *kept; /* those at places below `count` */
	size_t count, most;
	__u32 *buckets;	   /* the first place of each, or NO_PLACE */
	size_t nr_buckets; /* a power of two */
	__u32 oldest, newest;
	struct seed seed;
	__u64 forgotten; /* flows whose place another has taken */
};

/* 0 or -ENOMEM; call live_flows__close() in any case. */
int live_flows__open(struct live_flows *flows, size_t most);
void live_flows__close(struct live_flows *flows);

/* Adds a row to its flow, which may be new. 0 or -ENOMEM. */
int live_flows__add(struct live_flows *flows, const struct row *row);

/* The flow at a place below `count`. */
static inline struct live_flow *live_flows__at(const struct live_flows *flows, size_t place)
{
	return flows->kept[place].flow;
}

/* The flow with that number; NULL if there is none. */
struct live_flow *live_flows__find(const struct live_flows *flows, __u32 number);

#endif
