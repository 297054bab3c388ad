/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows of a run, for flows.c and flow_list.c: an array of keys in order of arrival, an
 * open-addressed index from id to key, and a small direct-mapped cache of recent flows.
 */
#ifndef SIFTR_CONVERT_FLOW_TABLE_H
#define SIFTR_CONVERT_FLOW_TABLE_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "hash/probe.h"

#define FLOW_TABLE_NR_RECENT 1024U

struct slot {
	__u32 id; /* 0: empty */
	__u32 number : 31;
	__u32 listed : 1; /* the flow was seen in this interval (log file) */
};

/*
 * A recent flow and its id. The tag, computed from the key, selects the cache entry; it is cheaper
 * to compute than the hash of the whole key.
 */
struct recent {
	__u64 tag;
	__u32 id; /* 0: none */
	__u32 number;
};

struct flows {
	struct siftr_flow_key *keys;
	struct slot *slots; /* twice as many as keys */
	struct seed seed;
	size_t capacity; /* most keys that fit, a power of two */
	size_t count;
	size_t entered;	  /* flows entered since flows__new() */
	size_t listed[2]; /* flows seen in this interval: IPv4, IPv6 */
	struct recent recent[FLOW_TABLE_NR_RECENT];
};

/* Hash of a flow's key. It becomes the flow's id unless another flow has that id already. */
__u32 flow_table__hash(const struct siftr_flow_key *key);

/* Inserts a flow, listed in this interval, as `id`, which no flow has. Returns id; 0: no memory. */
__u32 flow_table__insert(struct flows *flows, const struct siftr_flow_key *key, __u32 id);

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
