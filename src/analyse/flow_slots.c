// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/flow_slots.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/row.h"
#include "hash/probe.h"

#define INITIAL_SLOTS 1024

int flow_slots__open(struct flow_slots *slots)
{
	*slots = (struct flow_slots){.seed = seed__of_process(), .nr_slots = INITIAL_SLOTS};
	slots->slots = calloc(slots->nr_slots, sizeof(*slots->slots));
	return slots->slots ? 0 : -ENOMEM;
}

void flow_slots__close(struct flow_slots *slots)
{
	free(slots->slots);
	*slots = (struct flow_slots){};
}

void flow_slots__clear(struct flow_slots *slots)
{
	memset(slots->slots, 0, slots->nr_slots * sizeof(*slots->slots));
	slots->used = 0;
}

static void enter(const struct seed *seed, struct flow_slot slots[], size_t nr_slots,
		  struct flow_slot flow)
{
	size_t at = probe__start(seed, flow.hash, nr_slots);

	while (slots[at].index)
		at = probe__next(at, nr_slots);
	slots[at] = flow;
}

int flow_slots__make_room(struct flow_slots *slots)
{
	size_t nr_slots = 2 * slots->nr_slots;
	struct flow_slot *larger;

	if (2 * (slots->used + 1) <= slots->nr_slots)
		return 0;
	larger = calloc(nr_slots, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	for (size_t i = 0; i < slots->nr_slots; i++)
		if (slots->slots[i].index)
			enter(&slots->seed, larger, nr_slots, slots->slots[i]);
	free(slots->slots);
	slots->slots = larger;
	slots->nr_slots = nr_slots;
	return 0;
}

__u32 flow_slots__hash(const struct flow_slots *slots, const struct row *row)
{
	return seed__text(&slots->seed, (const char *)row->flow, sizeof(*row->flow)) ^
	       seed__number(&slots->seed, row->flowid ^ (__u32)row->flowtype << 24);
}

static bool is_flow(const struct flow_analysis *flow, const struct row *row)
{
	return flow->flowid == row->flowid && flow->flowtype == row->flowtype &&
	       !memcmp(&flow->key, row->flow, sizeof(flow->key));
}

__u32 flow_slots__find(const struct flow_slots *slots, const struct flow_chunks *chunks,
		       const struct row *row, __u32 hash)
{
	size_t at = probe__start(&slots->seed, hash, slots->nr_slots);

	for (; slots->slots[at].index; at = probe__next(at, slots->nr_slots)) {
		const struct flow_slot *slot = &slots->slots[at];

		if (slot->hash == hash && is_flow(flow_chunks__at(chunks, slot->index - 1), row))
			return slot->index;
	}
	return 0;
}

void flow_slots__add(struct flow_slots *slots, __u32 index, __u32 hash)
{
	enter(&slots->seed, slots->slots, slots->nr_slots, (struct flow_slot){index, hash});
	slots->used++;
}
