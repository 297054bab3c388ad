// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ids are unique by construction, as flow_table.c assigns them by probing. A record has only the
 * number under which its flow was announced: the flow is found by two array accesses, whose cache
 * misses overlap within a batch.
 */
#include "convert/flows.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "convert/flow_table.h"
#include "usdt/probes.h"

#define FIRST_CAPACITY 1024U
#define FEW_FLOWS      FIRST_CAPACITY

struct flows *flows__new(void)
{
	struct flows *flows = calloc(1, sizeof(*flows));

	if (!flows)
		return NULL;
	flows->seed = seed__of_process();
	flows->capacity = FIRST_CAPACITY;
	flows->table = flow_table__allocate(flows->capacity);
	flows->slots = calloc(2 * flows->capacity, sizeof(*flows->slots));
	if (!flows->table || !flows->slots) {
		flows__free(flows);
		return NULL;
	}
	return flows;
}

void flows__free(struct flows *flows)
{
	if (!flows)
		return;
	free(flows->table);
	free(flows->slots);
	free(flows->names.positions);
	free(flows);
}

size_t flows__count(const struct flows *flows)
{
	return flows->entered;
}

const struct flow *flows__at(const struct flows *flows, size_t position)
{
	return position < flows->count ? &flows->table[position] : NULL;
}

__u32 flows__rebuilt(const struct flows *flows)
{
	return flows->rebuilt;
}

static inline bool same_key(const struct siftr_flow_key *a, const struct siftr_flow_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline void list(struct flows *flows, struct flow *flow)
{
	if (flow->listed)
		return;
	flow->listed = 1;
	flows->listed[flow->key.family == 6]++;
}

/* Finds or inserts the flow `key`. NULL when out of memory. */
static struct flow *lookup(struct flows *flows, const struct siftr_flow_key *key)
{
	for (__u32 id = flow_table__hash(key);; id++) {
		const struct slot *slot;

		if (id == 0)
			continue;
		slot = flow_table__slot(&flows->seed, flows->slots, 2 * flows->capacity, id);
		if (slot->id == 0)
			return flow_table__insert(flows, key, id);
		if (same_key(&flows->table[slot->position].key, key))
			return &flows->table[slot->position];
	}
}

__u32 flows__id(struct flows *flows, const struct siftr_flow_key *key)
{
	struct flow *flow = lookup(flows, key);

	if (!flow)
		return 0;
	list(flows, flow);
	return flow->id;
}

void flows__announce(struct flows *flows, const struct siftr_record *const records[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t entered = flows->entered;
		struct flow *flow;

		if (records[i]->kind != SIFTR_KIND_FLOW && records[i]->kind != SIFTR_KIND_LISTED)
			continue;
		flow = lookup(flows, &records[i]->key);
		if (probes__want_flow_begin() && flows->entered != entered)
			probes__flow_begin(flow->id, &flow->key);
		if (flow)
			flow_names__set(&flows->names, records[i]->flow,
					(__u32)(flow - flows->table));
	}
}

static inline struct flow *flow_at(const struct flows *flows, __u32 position)
{
	return position < flows->count ? &flows->table[position] : NULL;
}

/* For few flows, which the cache holds: loading them early would cost more than it saves. */
static void look_up_few(const struct flows *flows, const struct siftr_record *const records[],
			size_t count, const struct flow *found[])
{
	const struct flow_names names = flows->names;

	for (size_t i = 0; i < count; i++)
		found[i] = flow_at(flows, *flow_names__at(&names, records[i]->flow));
}

void flows__look_up(const struct flows *flows, const struct siftr_record *const records[],
		    size_t count, const struct flow *found[])
{
	const struct flow_names names = flows->names;
	const __u32 *positions[FLOWS_BATCH];

	if (flows->count <= FEW_FLOWS) {
		look_up_few(flows, records, count, found);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		positions[i] = flow_names__at(&names, records[i]->flow);
		__builtin_prefetch(positions[i]);
	}
	for (size_t i = 0; i < count; i++) {
		found[i] = flow_at(flows, *positions[i]);
		__builtin_prefetch(found[i], 1);
	}
}

/* Enters the flow of a record that is no line in the list, if the record asks for that. */
static void find_other(struct flows *flows, struct flow *flow, const struct siftr_record *record)
{
	if (record->kind == SIFTR_KIND_LISTED || record->kind == SIFTR_KIND_REST)
		list(flows, flow);
	if (record->kind == SIFTR_KIND_REST)
		flow__count(flow, record, true);
}

void flows__find(struct flows *flows, const struct siftr_record *const records[], size_t count,
		 const struct flow *found[])
{
	flows__look_up(flows, records, count, found);
	for (size_t i = 0; i < count; i++) {
		struct flow *flow = (struct flow *)found[i];

		if (!flow)
			continue;
		if (records[i]->kind != SIFTR_KIND_LINE) {
			find_other(flows, flow, records[i]);
			continue;
		}
		list(flows, flow);
		flow__count(flow, records[i], true);
	}
}
