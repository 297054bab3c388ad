// SPDX-License-Identifier: BSD-2-Clause
#include "read/siftr2_flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash/probe.h"

#define INITIAL_SLOTS 256

int siftr2_flows__open(struct siftr2_flows *flows)
{
	*flows = (struct siftr2_flows){.seed = seed__of_process(),
				       .nr_slots = INITIAL_SLOTS,
				       .capacity = INITIAL_SLOTS / 2};
	flows->slots = calloc(flows->nr_slots, sizeof(*flows->slots));
	flows->flows = malloc(flows->capacity * sizeof(*flows->flows));
	return flows->slots && flows->flows ? 0 : -ENOMEM;
}

void siftr2_flows__free(struct siftr2_flows *flows)
{
	free(flows->slots);
	free(flows->flows);
	*flows = (struct siftr2_flows){};
}

/* The slot of the flow, or the empty one where it belongs. */
static size_t find_slot(const struct siftr2_flows *flows, __u32 flowid)
{
	size_t slot = probe__start(&flows->seed, flowid, flows->nr_slots);

	while (flows->slots[slot] && flows->flows[flows->slots[slot] - 1].flow.flowid != flowid)
		slot = probe__next(slot, flows->nr_slots);
	return slot;
}

/* Keeps the slots at most half full. */
static bool grow(struct siftr2_flows *flows)
{
	struct siftr2_known_flow *more;
	__u32 *slots;

	if (flows->nr_flows < flows->capacity)
		return true;
	more = realloc(flows->flows, 2 * flows->capacity * sizeof(*more));
	if (!more)
		return false;
	flows->flows = more;
	slots = calloc(2 * flows->nr_slots, sizeof(*slots));
	if (!slots)
		return false;
	free(flows->slots);
	flows->slots = slots;
	flows->nr_slots *= 2;
	flows->capacity *= 2;
	for (size_t i = 0; i < flows->nr_flows; i++)
		slots[find_slot(flows, flows->flows[i].flow.flowid)] = (__u32)i + 1;
	return true;
}

struct siftr2_known_flow *siftr2_flows__find(const struct siftr2_flows *flows, __u32 flowid)
{
	__u32 number = flows->slots[find_slot(flows, flowid)];

	return number ? &flows->flows[number - 1] : NULL;
}

struct siftr2_known_flow *siftr2_flows__find_or_add(struct siftr2_flows *flows, __u32 flowid)
{
	struct siftr2_known_flow *flow = siftr2_flows__find(flows, flowid);

	if (flow)
		return flow;
	if (!grow(flows))
		return NULL;
	flow = &flows->flows[flows->nr_flows++];
	*flow = (struct siftr2_known_flow){.flow.flowid = flowid};
	flows->slots[find_slot(flows, flowid)] = (__u32)flows->nr_flows;
	return flow;
}
