// SPDX-License-Identifier: BSD-2-Clause
#include "read/row_flow_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hash/probe.h"

#define CHUNK_FLOWS   1024
#define INITIAL_SLOTS 1024

int row_flow_table__open(struct row_flow_table *table)
{
	*table = (struct row_flow_table){.nr_slots = INITIAL_SLOTS};
	table->slots = calloc(table->nr_slots, sizeof(*table->slots));
	return table->slots ? 0 : -ENOMEM;
}

void row_flow_table__close(struct row_flow_table *table)
{
	for (size_t i = 0; i < table->nr_chunks; i++)
		free(table->chunks[i]);
	free(table->slots);
	*table = (struct row_flow_table){};
}

struct row_flow *row_flow_table__at(const struct row_flow_table *table, __u32 place)
{
	/* Chunk N begins with flow (2^N - 1) * CHUNK_FLOWS, counted from 0. */
	size_t index = place - 1 + CHUNK_FLOWS;
	unsigned int chunk = 63 - (unsigned int)__builtin_clzll(index / CHUNK_FLOWS);

	return &table->chunks[chunk][index - ((size_t)CHUNK_FLOWS << chunk)];
}

/* The first slot from `slot` on that is empty or has a flow with that hash. */
static size_t next_slot(const struct row_flow_table *table, size_t slot, __u32 hash)
{
	while (table->slots[slot].place && table->slots[slot].hash != hash)
		slot = probe__next(slot, table->nr_slots);
	return slot;
}

static size_t first_slot(const struct row_flow_table *table, __u32 hash)
{
	return hash & (table->nr_slots - 1);
}

static bool is_same(const struct row_flow *a, const struct row_flow *b)
{
	return a->flowid == b->flowid && a->flowtype == b->flowtype &&
	       !memcmp(&a->key, &b->key, sizeof(a->key));
}

struct row_flow *row_flow_table__find(const struct row_flow_table *table,
				      const struct row_flow *wanted, __u32 hash)
{
	size_t slot = next_slot(table, first_slot(table, hash), hash);

	while (table->slots[slot].place &&
	       !is_same(row_flow_table__at(table, table->slots[slot].place), wanted))
		slot = next_slot(table, probe__next(slot, table->nr_slots), hash);
	return table->slots[slot].place ? row_flow_table__at(table, table->slots[slot].place)
					: NULL;
}

static struct row_flow_slot *empty_slot(const struct row_flow_table *table, __u32 hash)
{
	size_t slot = first_slot(table, hash);

	while (table->slots[slot].place)
		slot = probe__next(slot, table->nr_slots);
	return &table->slots[slot];
}

/* Doubles the slots when they are half full. */
static bool grow_slots(struct row_flow_table *table)
{
	struct row_flow_slot *old = table->slots;
	size_t nr_old = table->nr_slots;

	if (2 * (table->nr_flows + 1) <= table->nr_slots)
		return true;
	table->slots = calloc(2 * nr_old, sizeof(*old));
	if (!table->slots) {
		table->slots = old;
		return false;
	}
	table->nr_slots = 2 * nr_old;
	for (size_t i = 0; i < nr_old; i++)
		if (old[i].place)
			*empty_slot(table, old[i].hash) = old[i];
	free(old);
	return true;
}

static bool grow_chunks(struct row_flow_table *table)
{
	size_t more = (size_t)CHUNK_FLOWS << table->nr_chunks;

	if (table->nr_flows < table->capacity)
		return true;
	if (table->nr_chunks == ROW_FLOW_CHUNKS_MAX)
		return false;
	table->chunks[table->nr_chunks] = calloc(more, sizeof(struct row_flow));
	if (!table->chunks[table->nr_chunks])
		return false;
	table->nr_chunks++;
	table->capacity += more;
	return true;
}

struct row_flow *row_flow_table__add(struct row_flow_table *table, const struct row_flow *flow,
				     __u32 hash)
{
	struct row_flow *added;
	__u32 place;

	if (!grow_slots(table) || !grow_chunks(table))
		return NULL;
	place = (__u32)++table->nr_flows;
	*empty_slot(table, hash) = (struct row_flow_slot){.place = place, .hash = hash};
	added = row_flow_table__at(table, place);
	*added = *flow;
	return added;
}

void row_flow_table__prefetch_flow(const struct row_flow_table *table, __u32 hash)
{
	size_t slot = next_slot(table, first_slot(table, hash), hash);

	if (table->slots[slot].place)
		__builtin_prefetch(row_flow_table__at(table, table->slots[slot].place));
}
