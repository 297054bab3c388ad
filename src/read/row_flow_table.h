/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash table of the flows of rows. The flows stay where they are while it grows, and have places
 * in their order, counted from 1.
 */
#ifndef SIFTR_READ_ROW_FLOW_TABLE_H
#define SIFTR_READ_ROW_FLOW_TABLE_H

#include <stddef.h>
#include <linux/types.h>

#include "read/row_flow.h"

#define ROW_FLOW_CHUNKS_MAX 22 /* room for 2^32 - 1024 flows: a place has 32 bits */

/* With the hash of its flow, so that other flows need not be read in a search. */
struct row_flow_slot {
	__u32 place; /* of the flow; 0: the slot is empty */
	__u32 hash;
};

struct row_flow_table {
	struct row_flow *chunks[ROW_FLOW_CHUNKS_MAX]; /* each has twice as many as that before */
	size_t nr_chunks, capacity;		      /* of chunks; flows that fit them */
	size_t nr_flows;
	struct row_flow_slot *slots;
	size_t nr_slots;
};

/* 0 or -ENOMEM. */
int row_flow_table__open(struct row_flow_table *table);
/* Accepts a table of zeros. */
void row_flow_table__close(struct row_flow_table *table);

/* The flow, or NULL. `hash` is that of `wanted`, by which its number is not looked at. */
struct row_flow *row_flow_table__find(const struct row_flow_table *table,
				      const struct row_flow *wanted, __u32 hash);

/* Adds a flow that is not there. NULL when out of memory. */
struct row_flow *row_flow_table__add(struct row_flow_table *table, const struct row_flow *flow,
				     __u32 hash);

/* The flow at a place that is there. */
struct row_flow *row_flow_table__at(const struct row_flow_table *table, __u32 place);

/* Fetch into the cache what a search begins with, and the flow that it will find. */
static inline void row_flow_table__prefetch_slot(const struct row_flow_table *table, __u32 hash)
{
	__builtin_prefetch(&table->slots[hash & (table->nr_slots - 1)]);
}

void row_flow_table__prefetch_flow(const struct row_flow_table *table, __u32 hash);

#endif
