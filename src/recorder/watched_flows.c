// SPDX-License-Identifier: BSD-2-Clause
#include "recorder/watched_flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t flow_bytes(size_t state_bytes)
{
	return offsetof(struct watched_flow, state) + state_bytes;
}

size_t watched_flows__bytes_each(size_t state_bytes)
{
	/* There are up to two buckets for each flow. */
	return flow_bytes(state_bytes) + 2 * sizeof(__u32);
}

int watched_flows__open(struct watched_flows *flows, size_t state_bytes, __u32 room)
{
	*flows = (struct watched_flows){.seed = seed__of_process(),
					.flow_bytes = flow_bytes(state_bytes),
					.nr_buckets = 1,
					.room = room,
					.free = WATCHED_FLOWS_NONE};
	while (flows->nr_buckets < room)
		flows->nr_buckets *= 2;
	flows->flows = calloc(room, flows->flow_bytes);
	flows->buckets = malloc(flows->nr_buckets * sizeof(*flows->buckets));
	if (!flows->flows || !flows->buckets)
		return -ENOMEM;
	memset(flows->buckets, 0xff, flows->nr_buckets * sizeof(*flows->buckets));
	memset(flows->orders, 0xff, sizeof(flows->orders));
	return 0;
}

void watched_flows__close(struct watched_flows *flows)
{
	free(flows->flows);
	free(flows->buckets);
	*flows = (struct watched_flows){};
}

static struct watched_flow *flow_at(const struct watched_flows *flows, __u32 index)
{
	return (struct watched_flow *)(flows->flows + index * flows->flow_bytes);
}

static __u32 index_of(const struct watched_flows *flows, const struct watched_flow *flow)
{
	return (__u32)((size_t)((const char *)flow - flows->flows) / flows->flow_bytes);
}

static __u32 *bucket_of(const struct watched_flows *flows, __u32 id)
{
	return &flows->buckets[seed__number(&flows->seed, id) & (flows->nr_buckets - 1)];
}

static struct watched_ends *order_of(struct watched_flows *flows, const struct watched_flow *flow)
{
	return &flows->orders[flow->episode ? WATCHED_IN_EPISODE : WATCHED_QUIET];
}

static void set_newer(struct watched_flows *flows, struct watched_ends *ends, __u32 index,
		      __u32 newer)
{
	if (index == WATCHED_FLOWS_NONE)
		ends->oldest = newer;
	else
		flow_at(flows, index)->newer = newer;
}

static void set_older(struct watched_flows *flows, struct watched_ends *ends, __u32 index,
		      __u32 older)
{
	if (index == WATCHED_FLOWS_NONE)
		ends->newest = older;
	else
		flow_at(flows, index)->older = older;
}

static void unlink_flow(struct watched_flows *flows, const struct watched_flow *flow)
{
	struct watched_ends *ends = order_of(flows, flow);

	set_newer(flows, ends, flow->older, flow->newer);
	set_older(flows, ends, flow->newer, flow->older);
}

static void link_newest(struct watched_flows *flows, struct watched_flow *flow)
{
	struct watched_ends *ends = order_of(flows, flow);
	__u32 index = index_of(flows, flow);

	flow->older = ends->newest;
	flow->newer = WATCHED_FLOWS_NONE;
	set_newer(flows, ends, ends->newest, index);
	ends->newest = index;
}

const void *watched_flows__bucket(const struct watched_flows *flows, __u32 id)
{
	return bucket_of(flows, id);
}

const struct watched_flow *watched_flows__first(const struct watched_flows *flows, __u32 id)
{
	__u32 index = *bucket_of(flows, id);

	return index == WATCHED_FLOWS_NONE ? NULL : flow_at(flows, index);
}

void watched_flows__prefetch_neighbours(const struct watched_flows *flows,
					const struct watched_flow *flow)
{
	if (flow->older != WATCHED_FLOWS_NONE)
		__builtin_prefetch(&flow_at(flows, flow->older)->newer, 1);
	if (flow->newer != WATCHED_FLOWS_NONE)
		__builtin_prefetch(&flow_at(flows, flow->newer)->older, 1);
}

struct watched_flow *watched_flows__find(struct watched_flows *flows, __u32 id,
					 const struct siftr_flow_key *key)
{
	__u32 index = *bucket_of(flows, id);

	while (index != WATCHED_FLOWS_NONE) {
		struct watched_flow *flow = flow_at(flows, index);

		if (flow->id == id && flow->isn == key->isn && flow->lport == key->lport &&
		    flow->fport == key->fport) {
			if (flow->newer != WATCHED_FLOWS_NONE) {
				unlink_flow(flows, flow);
				link_newest(flows, flow);
			}
			return flow;
		}
		index = flow->chained;
	}
	return NULL;
}

struct watched_flow *watched_flows__add(struct watched_flows *flows, __u32 id,
					const struct siftr_flow_key *key)
{
	__u32 *bucket = bucket_of(flows, id);
	__u32 index = flows->free;
	struct watched_flow *flow;

	if (index == WATCHED_FLOWS_NONE)
		index = flows->used++;
	else
		flows->free = flow_at(flows, index)->chained;
	flow = flow_at(flows, index);
	memset(flow, 0, flows->flow_bytes);
	flow->id = id;
	flow->isn = key->isn;
	flow->lport = key->lport;
	flow->fport = key->fport;
	flow->history = RECORD_QUEUE_EMPTY;
	flow->chained = *bucket;
	*bucket = index;
	link_newest(flows, flow);
	return flow;
}

struct watched_flow *watched_flows__oldest(const struct watched_flows *flows,
					   enum watched_order order)
{
	__u32 oldest = flows->orders[order].oldest;

	return oldest == WATCHED_FLOWS_NONE ? NULL : flow_at(flows, oldest);
}

void watched_flows__set_episode(struct watched_flows *flows, struct watched_flow *flow,
				__u32 episode)
{
	unlink_flow(flows, flow);
	flow->episode = episode;
	link_newest(flows, flow);
}

void watched_flows__remove(struct watched_flows *flows, struct watched_flow *flow)
{
	__u32 index = index_of(flows, flow), *link = bucket_of(flows, flow->id);

	unlink_flow(flows, flow);
	while (*link != index)
		link = &flow_at(flows, *link)->chained;
	*link = flow->chained;
	flow->chained = flows->free;
	flows->free = index;
}
