// SPDX-License-Identifier: BSD-2-Clause
#include "read/siftr2_flows.h"

#include <errno.h>
#include <stdlib.h>

#include "hash/probe.h"

#define FIRST_SLOTS 256
#define FIRST_FLOWS 128

int siftr2_flows__open(struct siftr2_flows *flows)
{
	*flows = (struct siftr2_flows){.seed = seed__of_process(), .nr_slots = FIRST_SLOTS};
	flows->slots = calloc(flows->nr_slots, sizeof(*flows->slots));
	return flows->slots ? 0 : -ENOMEM;
}

void siftr2_flows__free(struct siftr2_flows *flows)
{
	free(flows->slots);
	free(flows->flows);
	*flows = (struct siftr2_flows){};
}

/* The slot of the flow, or the empty one where it belongs. */
static struct siftr2_slot *find_slot(const struct siftr2_flows *flows, __u32 flowid)
{
	size_t slot = probe__start(&flows->seed, flowid, flows->nr_slots);

	while (flows->slots[slot].flow && flows->slots[slot].flowid != flowid)
		slot = probe__next(slot, flows->nr_slots);
	return &flows->slots[slot];
}

static bool grow_slots(struct siftr2_flows *flows)
{
	struct siftr2_flows larger = {.seed = flows->seed, .nr_slots = 2 * flows->nr_slots};

	if (2 * (flows->nr_flows + 1) <= flows->nr_slots)
		return true;
	larger.slots = calloc(larger.nr_slots, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < flows->nr_slots; i++)
		if (flows->slots[i].flow)
			*find_slot(&larger, flows->slots[i].flowid) = flows->slots[i];
	free(flows->slots);
	flows->slots = larger.slots;
	flows->nr_slots = larger.nr_slots;
	return true;
}

static bool grow_flows(struct siftr2_flows *flows)
{
	size_t capacity = flows->capacity ? 2 * flows->capacity : FIRST_FLOWS;
	struct siftr2_known_flow *more;

	if (flows->flows && flows->nr_flows < flows->capacity)
		return true;
	more = realloc(flows->flows, capacity * sizeof(*more));
	if (!more)
		return false;
	flows->flows = more;
	flows->capacity = capacity;
	return true;
}

struct siftr2_known_flow *siftr2_flows__find(const struct siftr2_flows *flows, __u32 flowid)
{
	const struct siftr2_slot *slot = find_slot(flows, flowid);

	return slot->flow ? &flows->flows[slot->flow - 1] : NULL;
}

struct siftr2_known_flow *siftr2_flows__find_or_add(struct siftr2_flows *flows, __u32 flowid)
{
	struct siftr2_known_flow *flow = siftr2_flows__find(flows, flowid);

	if (flow)
		return flow;
	if (!grow_slots(flows) || !grow_flows(flows))
		return NULL;
	flow = &flows->flows[flows->nr_flows++];
	*flow = (struct siftr2_known_flow){.flow.flowid = flowid};
	*find_slot(flows, flowid) = (struct siftr2_slot){flowid, (__u32)flows->nr_flows};
	return flow;
}
