// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two indices over one array of flows. The common question, is this id still
 * that flow's, takes one probe by id and one comparison of texts.
 */
#include "check/flow_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash/probe.h"

#define FIRST_SLOTS 1024
#define FIRST_FLOWS 256
#define FLOWS_MAX   0x7fffffffU

static int open_table(struct census_table *table)
{
	table->nr_slots = FIRST_SLOTS;
	table->slots = calloc(table->nr_slots, sizeof(*table->slots));
	return table->slots ? 0 : -ENOMEM;
}

int flow_index__open(struct flow_index *census)
{
	int err;

	*census = (struct flow_index){.seed = seed__of_process()};
	err = open_table(&census->by_id);
	return err ? err : open_table(&census->by_text);
}

void flow_index__free(struct flow_index *census)
{
	free(census->flows);
	free(census->text);
	free(census->by_id.slots);
	free(census->by_text.slots);
	*census = (struct flow_index){};
}

static void put(struct census_table *table, const struct seed *seed, struct flow_index_slot entry)
{
	size_t slot = probe__start(seed, entry.id, table->nr_slots);

	while (table->slots[slot].flow)
		slot = probe__next(slot, table->nr_slots);
	table->slots[slot] = entry;
}

static int add(struct census_table *table, const struct seed *seed, __u32 id, size_t flow)
{
	if (2 * (table->used + 1) > table->nr_slots) {
		struct census_table larger = {.nr_slots = 2 * table->nr_slots, .used = table->used};

		larger.slots = calloc(larger.nr_slots, sizeof(*larger.slots));
		if (!larger.slots)
			return -ENOMEM;
		for (size_t i = 0; i < table->nr_slots; i++)
			if (table->slots[i].flow)
				put(&larger, seed, table->slots[i]);
		free(table->slots);
		*table = larger;
	}
	put(table, seed, (struct flow_index_slot){id, (__u32)flow + 1});
	table->used++;
	return 0;
}

static inline bool has_text(const struct flow_index *census, const struct census_flow *flow,
			    const char *text, size_t bytes)
{
	return flow->bytes == bytes && !memcmp(flow_index__text(census, flow), text, bytes);
}

static struct census_flow *find_text(struct flow_index *census, __u32 hash, const char *text,
				     size_t bytes)
{
	const struct census_table *table = &census->by_text;

	for (size_t slot = probe__start(&census->seed, hash, table->nr_slots);
	     table->slots[slot].flow; slot = probe__next(slot, table->nr_slots)) {
		struct census_flow *flow = &census->flows[table->slots[slot].flow - 1];

		if (table->slots[slot].id == hash && has_text(census, flow, text, bytes))
			return flow;
	}
	return NULL;
}

static int make_room(struct flow_index *census, size_t bytes)
{
	if (census->nr_flows == census->flows_capacity) {
		size_t capacity = census->flows_capacity ? 2 * census->flows_capacity : FIRST_FLOWS;
		struct census_flow *flows;

		if (capacity > FLOWS_MAX)
			return -ENOMEM;
		flows = realloc(census->flows, capacity * sizeof(*flows));
		if (!flows)
			return -ENOMEM;
		census->flows = flows;
		census->flows_capacity = capacity;
	}
	if (census->text_bytes + bytes > census->text_capacity) {
		size_t capacity = 2 * census->text_capacity + 64 * FIRST_FLOWS;
		char *text = realloc(census->text, capacity);

		if (!text)
			return -ENOMEM;
		census->text = text;
		census->text_capacity = capacity;
	}
	return 0;
}

int flow_index__find(struct flow_index *census, const char *text, size_t bytes,
		     struct census_flow **flow)
{
	__u32 hash = seed__text(&census->seed, text, bytes);
	int err;

	*flow = find_text(census, hash, text, bytes);
	if (*flow)
		return 0;
	err = make_room(census, bytes);
	if (!err)
		err = add(&census->by_text, &census->seed, hash, census->nr_flows);
	if (err)
		return err;
	*flow = &census->flows[census->nr_flows++];
	**flow = (struct census_flow){.text = census->text_bytes, .bytes = (__u8)bytes};
	memcpy(census->text + census->text_bytes, text, bytes);
	census->text_bytes += bytes;
	return 0;
}

/* The number of the flow that has the id, counted from 1; 0: none has. */
static __u32 find_id(const struct flow_index *census, __u32 flowid)
{
	const struct census_table *table = &census->by_id;
	size_t slot = probe__start(&census->seed, flowid, table->nr_slots);

	while (table->slots[slot].flow && table->slots[slot].id != flowid)
		slot = probe__next(slot, table->nr_slots);
	return table->slots[slot].flow;
}

/* The id is another flow's already: said once a flow, however often it comes. */
static int share_id(struct census_flow *flow, __u64 line, __u32 flowid)
{
	if (!flow->first_line) {
		flow->first_line = line;
		flow->first_flowid = flowid;
	}
	if (flow->shares_id)
		return CENSUS_KNOWN;
	flow->shares_id = true;
	return CENSUS_ID_TAKEN;
}

int flow_index__count(struct flow_index *census, __u32 flowid, const char *text, size_t bytes,
		      __u64 line, struct census_flow **flow, struct census_flow **other)
{
	__u32 owner = find_id(census, flowid);
	int err;

	if (owner && has_text(census, &census->flows[owner - 1], text, bytes)) {
		*flow = &census->flows[owner - 1];
		return CENSUS_KNOWN;
	}
	err = flow_index__find(census, text, bytes, flow);
	if (err)
		return err;
	if (owner) {
		*other = &census->flows[owner - 1];
		return share_id(*flow, line, flowid);
	}
	err = add(&census->by_id, &census->seed, flowid, (size_t)(*flow - census->flows));
	if (err)
		return err;
	(*flow)->nr_flowids++;
	if ((*flow)->first_line)
		return CENSUS_OTHER_ID;
	(*flow)->first_line = line;
	(*flow)->first_flowid = flowid;
	return CENSUS_NEW_FLOW;
}
