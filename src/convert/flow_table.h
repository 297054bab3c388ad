/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows of a run, for flows.c and flow_list.c: an array of flows, an open-addressed index from
 * id to flow, and the numbers under which they were announced.
 */
#ifndef SIFTR_CONVERT_FLOW_TABLE_H
#define SIFTR_CONVERT_FLOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "convert/flow.h"
#include "convert/flow_names.h"
#include "hash/probe.h"

struct slot {
	__u32 id; /* 0: empty */
	__u32 position : 31;
	__u32 kept : 1; /* the slot stays when idle flows are removed */
};

struct flows {
	struct flow *table;
	struct slot *slots; /* index by id into table: 2 * capacity slots */
	struct flow_names names;
	struct seed seed;
	size_t capacity; /* most flows that fit, a power of two */
	size_t count;
	size_t entered;	      /* flows entered since flows__new() */
	size_t listed[2];     /* flows seen in this interval: IPv4, IPv6 */
	__u32 rebuilt;	      /* how often flows got other positions in the table */
	bool keeps_numbers;   /* no number is forgotten */
	__u32 forgotten_next; /* the flow numbers before it are forgotten next */
	__u64 forget_ns;      /* when: once all records up to this CLOCK_MONOTONIC time are read */
};

/* Hash of a flow's key. It becomes the flow's id unless another flow has that id already. */
__u32 flow_table__hash(const struct siftr_flow_key *key);

/*
 * Inserts a flow as `id`, which no flow has. Returns it, valid until the next one is inserted, or
 * NULL when out of memory.
 */
struct flow *flow_table__insert(struct flows *flows, const struct siftr_flow_key *key, __u32 id);

/* Allocates `capacity` flows, each in its own cache line; freed by free(). NULL: no memory. */
struct flow *flow_table__allocate(size_t capacity);

/* The slot that holds `id`, or the empty slot where it has to be inserted. */
static inline struct slot *flow_table__slot(const struct seed *seed, struct slot *slots,
					    size_t nr_slots, __u32 id)
{
	size_t slot = probe__start(seed, id, nr_slots);

	while (slots[slot].id && slots[slot].id != id)
		slot = probe__next(slot, nr_slots);
	return &slots[slot];
}

#endif
