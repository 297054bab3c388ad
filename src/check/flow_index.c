// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two hash tables, by text and by flowid, over one array of flows. Nearly every line has a known
 * flow with its known flowid: that takes one lookup by flowid and one comparison of texts.
 */
#include "check/flow_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash/probe.h"

#define FIRST_SLOTS 1024
#define FIRST_FLOWS 256
#define FLOWS_MAX   0x7fffffffU

static int open_table(struct flow_index_table *table)
{
	table->nr_slots = FIRST_SLOTS;
	table->slots = calloc(table->nr_slots, sizeof(*table->slots));
	return table->slots ? 0 : -ENOMEM;
}

int flow_index__open(struct flow_index *index)
{
	int err;

	*index = (struct flow_index){.seed = seed__of_process()};
	err = open_table(&index->by_id);
	return err ? err : open_table(&index->by_text);
}

void flow_index__free(struct flow_index *index)
{
	free(index->flows);
	free(index->text);
	free(index->by_id.slots);
	free(index->by_text.slots);
	*index = (struct flow_index){};
}

static void put(struct flow_index_table *table, const struct seed *seed,
		struct flow_index_slot entry)
{
	size_t slot = probe__start(seed, entry.id, table->nr_slots);

	while (table->slots[slot].flow)
		slot = probe__next(slot, table->nr_slots);
	table->slots[slot] = entry;
}

static int add(struct flow_index_table *table, const struct seed *seed, __u32 id, size_t flow)
{
	if (2 * (table->used + 1) > table->nr_slots) {
		struct flow_index_table larger = {.nr_slots = 2 * table->nr_slots,
						  .used = table->used};

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

static inline bool has_text(const struct flow_index *index, const struct indexed_flow *flow,
			    const char *text, size_t bytes)
{
	return flow->bytes == bytes && !memcmp(flow_index__text(index, flow), text, bytes);
}

static struct indexed_flow *find_text(struct flow_index *index, __u32 hash, const char *text,
				      size_t bytes)
{
	const struct flow_index_table *table = &index->by_text;

	for (size_t slot = probe__start(&index->seed, hash, table->nr_slots);
	     table->slots[slot].flow; slot = probe__next(slot, table->nr_slots)) {
		struct indexed_flow *flow = &index->flows[table->slots[slot].flow - 1];

		if (table->slots[slot].id == hash && has_text(index, flow, text, bytes))
			return flow;
	}
	return NULL;
}

static int make_room(struct flow_index *index, size_t bytes)
{
	if (index->nr_flows == index->flows_capacity) {
		size_t capacity = index->flows_capacity ? 2 * index->flows_capacity : FIRST_FLOWS;
		struct indexed_flow *flows;

		if (capacity > FLOWS_MAX)
			return -ENOMEM;
		flows = realloc(index->flows, capacity * sizeof(*flows));
		if (!flows)
			return -ENOMEM;
		index->flows = flows;
		index->flows_capacity = capacity;
	}
	if (index->text_bytes + bytes > index->text_capacity) {
		size_t capacity = 2 * index->text_capacity + 64 * FIRST_FLOWS;
		char *text = realloc(index->text, capacity);

		if (!text)
			return -ENOMEM;
		index->text = text;
		index->text_capacity = capacity;
	}
	return 0;
}

int flow_index__find_or_add(struct flow_index *index, const char *text, size_t bytes,
			    struct indexed_flow **flow)
{
	__u32 hash = seed__text(&index->seed, text, bytes);
	int err;

	*flow = find_text(index, hash, text, bytes);
	if (*flow)
		return 0;
	err = make_room(index, bytes);
	if (!err)
		err = add(&index->by_text, &index->seed, hash, index->nr_flows);
	if (err)
		return err;
	*flow = &index->flows[index->nr_flows++];
	**flow = (struct indexed_flow){.text = index->text_bytes, .bytes = (__u8)bytes};
	memcpy(index->text + index->text_bytes, text, bytes);
	index->text_bytes += bytes;
	return 0;
}

/* Index of the flow that has the flowid, plus 1; 0 if none has. */
static __u32 find_id(const struct flow_index *index, __u32 flowid)
{
	const struct flow_index_table *table = &index->by_id;
	size_t slot = probe__start(&index->seed, flowid, table->nr_slots);

	while (table->slots[slot].flow && table->slots[slot].id != flowid)
		slot = probe__next(slot, table->nr_slots);
	return table->slots[slot].flow;
}

/*
 * Handles a line whose flowid belongs to another flow. Returns FLOW_INDEX_ID_TAKEN for the first
 * such line of the flow, then FLOW_INDEX_KNOWN.
 */
static int add_shared_id(struct indexed_flow *flow, __u64 line, __u32 flowid)
{
	if (!flow->first_line) {
		flow->first_line = line;
		flow->first_flowid = flowid;
	}
	if (flow->shares_id)
		return FLOW_INDEX_KNOWN;
	flow->shares_id = true;
	return FLOW_INDEX_ID_TAKEN;
}

int flow_index__add_line(struct flow_index *index, __u32 flowid, const char *text, size_t bytes,
			 __u64 line, struct indexed_flow **flow, struct indexed_flow **other)
{
	__u32 owner = find_id(index, flowid);
	int err;

	if (owner && has_text(index, &index->flows[owner - 1], text, bytes)) {
		*flow = &index->flows[owner - 1];
		return FLOW_INDEX_KNOWN;
	}
	err = flow_index__find_or_add(index, text, bytes, flow);
	if (err)
		return err;
	if (owner) {
		*other = &index->flows[owner - 1];
		return add_shared_id(*flow, line, flowid);
	}
	err = add(&index->by_id, &index->seed, flowid, (size_t)(*flow - index->flows));
	if (err)
		return err;
	(*flow)->nr_flowids++;
	if ((*flow)->first_line)
		return FLOW_INDEX_OTHER_ID;
	(*flow)->first_line = line;
	(*flow)->first_flowid = flowid;
	return FLOW_INDEX_NEW_FLOW;
}
