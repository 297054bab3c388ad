/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash table of the flows of a run, by 4-tuple, flowid and flowtype. A slot has the hash of its
 * flow, so that other flows, which with many are in no cache, need not be read.
 */
#ifndef SIFTR_ANALYSE_FLOW_SLOTS_H
#define SIFTR_ANALYSE_FLOW_SLOTS_H

#include <stddef.h>
#include <linux/types.h>

#include "analyse/flow_chunks.h"
#include "hash/seed.h"

struct row;

struct flow_slot {
	__u32 index; /* of the flow in its chunks, from 1; 0: the slot is empty */
	__u32 hash;
};

struct flow_slots {
	struct seed seed; /* secret: the author of a log must not be able to make slots collide */
	struct flow_slot *slots;
	size_t nr_slots, used;
};

/* 0 or -ENOMEM. */
int flow_slots__open(struct flow_slots *slots);
void flow_slots__close(struct flow_slots *slots);
/* Forgets all flows. */
void flow_slots__clear(struct flow_slots *slots);

/* Makes room for one more flow. 0 or -ENOMEM. */
int flow_slots__make_room(struct flow_slots *slots);

/* The hash of the row's flow. */
__u32 flow_slots__hash(const struct flow_slots *slots, const struct row *row);
/* The index of the row's flow, which has that hash; 0 if it is not there. */
__u32 flow_slots__find(const struct flow_slots *slots, const struct flow_chunks *chunks,
		       const struct row *row, __u32 hash);
/* Adds a flow that is not there, for which room was made. */
void flow_slots__add(struct flow_slots *slots, __u32 index, __u32 hash);

#endif
