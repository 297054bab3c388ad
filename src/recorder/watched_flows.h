/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows that the flight recorder watches, as many as fit its memory: found by their id, and
 * ordered by the time of their last record, so that the quiet one can give way.
 */
#ifndef SIFTR_RECORDER_WATCHED_FLOWS_H
#define SIFTR_RECORDER_WATCHED_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "hash/seed.h"
#include "recorder/record_pool.h"
#include "recorder/trigger.h"

#define WATCHED_FLOWS_NONE (~0U)

struct watched_flow {
	__u32 id;
	__u32 isn; /* with the ports, tells flows apart that had the same id one after the other */
	__u16 lport;
	__u16 fport;
	__u32 chained; /* the next flow of this bucket, or the next free one */
	__u32 older, newer;
	struct record_queue history;
	__u32 episode;		    /* number of the episode that is being logged; 0: none */
	__u32 left;		    /* records that the episode still has, if it ends by number */
	bool is_fired;		    /* by hand, and had no record since */
	__u64 until_ns;		    /* its last time, if it ends by time */
	__u64 last_ns;		    /* time of the flow's last record, or of firing by hand */
	struct trigger_state state; /* with its times behind it */
};

/* Flows in the order of their last record: quiet ones, and those of which an episode is logged. */
enum watched_order {
	WATCHED_QUIET,
	WATCHED_IN_EPISODE,
	WATCHED_ORDERS
};

struct watched_flows {
	char *flows;
	__u32 *buckets;
	struct seed seed;
	size_t flow_bytes;
	__u32 nr_buckets; /* a power of two */
	__u32 room;	  /* how many flows fit */
	__u32 used;	  /* flows that have been used; those behind were never written */
	__u32 free;
	struct watched_ends {
		__u32 oldest, newest;
	} orders[WATCHED_ORDERS];
};

/* Bytes of memory that a flow takes, `state_bytes` of which are its trigger state. */
size_t watched_flows__bytes_each(size_t state_bytes);

/*
 * Makes room for `room` flows, at least one. 0 or -ENOMEM; watched_flows__close() may be called in
 * both cases, and for flows that are all zero.
 */
int watched_flows__open(struct watched_flows *flows, size_t state_bytes, __u32 room);
void watched_flows__close(struct watched_flows *flows);

/*
 * What watched_flows__find() will read, for the caller to load into the cache before: the bucket,
 * then the flow that is first in it (NULL if there is none), then the flow's neighbours.
 */
const void *watched_flows__bucket(const struct watched_flows *flows, __u32 id);
const struct watched_flow *watched_flows__first(const struct watched_flows *flows, __u32 id);
void watched_flows__prefetch_neighbours(const struct watched_flows *flows,
					const struct watched_flow *flow);

/* The flow with this id and key, which becomes the newest of its order; NULL: not watched. */
struct watched_flow *watched_flows__find(struct watched_flows *flows, __u32 id,
					 const struct siftr_flow_key *key);

static inline bool watched_flows__is_full(const struct watched_flows *flows)
{
	return flows->free == WATCHED_FLOWS_NONE && flows->used == flows->room;
}

/* Adds a flow that is not watched, as the newest quiet one. There must be room. */
struct watched_flow *watched_flows__add(struct watched_flows *flows, __u32 id,
					const struct siftr_flow_key *key);

/* The oldest of an order, the first to give way; NULL if there are none. */
struct watched_flow *watched_flows__oldest(const struct watched_flows *flows,
					   enum watched_order order);

/* Begins or ends an episode: 0 as `episode` ends it. The flow becomes the newest of its order. */
void watched_flows__set_episode(struct watched_flows *flows, struct watched_flow *flow,
				__u32 episode);

/* Forgets a flow whose history is empty. */
void watched_flows__remove(struct watched_flows *flows, struct watched_flow *flow);

#endif
