// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format/row.h"

#define NO_PLACE (~0U)

int live_flows__open(struct live_flows *flows, size_t most)
{
	*flows = (struct live_flows){.most = most,
				     .nr_buckets = 1,
				     .oldest = NO_PLACE,
				     .newest = NO_PLACE,
				     .seed = seed__of_process()};
	while (flows->nr_buckets < most)
		flows->nr_buckets *= 2;
	flows->kept = calloc(most, sizeof(*flows->kept));
	flows->buckets = malloc(flows->nr_buckets * sizeof(*flows->buckets));
	if (!flows->kept || !flows->buckets)
		return -ENOMEM;
	memset(flows->buckets, 0xff, flows->nr_buckets * sizeof(*flows->buckets));
	return 0;
}

void live_flows__close(struct live_flows *flows)
{
	for (size_t i = 0; i < flows->count; i++) {
		live_flow__end(flows->kept[i].flow);
		free(flows->kept[i].flow);
	}
	free(flows->kept);
	free(flows->buckets);
	*flows = (struct live_flows){};
}

static __u32 *bucket_of(const struct live_flows *flows, __u32 number)
{
	return &flows->buckets[seed__number(&flows->seed, number) & (flows->nr_buckets - 1)];
}

static __u32 place_of(const struct live_flows *flows, __u32 number)
{
	__u32 place = *bucket_of(flows, number);

	while (place != NO_PLACE && flows->kept[place].number != number)
		place = flows->kept[place].next_in_bucket;
	return place;
}

struct live_flow *live_flows__find(const struct live_flows *flows, __u32 number)
{
	__u32 place = place_of(flows, number);

	return place == NO_PLACE ? NULL : flows->kept[place].flow;
}

static void unlink_place(struct live_flows *flows, __u32 place)
{
	struct kept_flow *kept = &flows->kept[place];

	*(kept->older == NO_PLACE ? &flows->oldest : &flows->kept[kept->older].newer) = kept->newer;
	*(kept->newer == NO_PLACE ? &flows->newest : &flows->kept[kept->newer].older) = kept->older;
}

static void link_newest(struct live_flows *flows, __u32 place)
{
	struct kept_flow *kept = &flows->kept[place];

	kept->older = flows->newest;
	kept->newer = NO_PLACE;
	*(flows->newest == NO_PLACE ? &flows->oldest : &flows->kept[flows->newest].newer) = place;
	flows->newest = place;
}

static void leave_bucket(struct live_flows *flows, __u32 place)
{
	__u32 *link = bucket_of(flows, flows->kept[place].number);

	while (*link != place)
		link = &flows->kept[*link].next_in_bucket;
	*link = flows->kept[place].next_in_bucket;
}

/* Forgets the flow that has been silent longest. Returns its place. */
static __u32 free_oldest(struct live_flows *flows)
{
	__u32 place = flows->oldest;

	live_flow__end(flows->kept[place].flow);
	leave_bucket(flows, place);
	unlink_place(flows, place);
	flows->forgotten++;
	return place;
}

/* A place with memory for a flow; NO_PLACE when out of memory. */
static __u32 free_place(struct live_flows *flows)
{
	if (flows->count == flows->most)
		return free_oldest(flows);
	flows->kept[flows->count].flow = calloc(1, sizeof(struct live_flow));
	return flows->kept[flows->count].flow ? (__u32)flows->count++ : NO_PLACE;
}

static int add_new(struct live_flows *flows, const struct row *row)
{
	__u32 place = free_place(flows), *bucket = bucket_of(flows, row->flow_number);

	if (place == NO_PLACE)
		return -ENOMEM;
	flows->kept[place].number = row->flow_number;
	flows->kept[place].next_in_bucket = *bucket;
	*bucket = place;
	link_newest(flows, place);
	return live_flow__begin(flows->kept[place].flow, row);
}

int live_flows__add(struct live_flows *flows, const struct row *row)
{
	__u32 place = place_of(flows, row->flow_number);

	if (place == NO_PLACE)
		return add_new(flows, row);
	if (flows->newest != place) {
		unlink_place(flows, place);
		link_newest(flows, place);
	}
	return live_flow__add(flows->kept[place].flow, row);
}
