/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table behind flows.h, for the files that work on it: keys stand densely in
 * order of arrival, slots are an open-addressed index into them by id, and recent
 * ones are found without the hash.
 */
#ifndef SIFTR_CONVERT_FLOW_TABLE_H
#define SIFTR_CONVERT_FLOW_TABLE_H

#include "convert/flows.h"
#include "hash/seed.h"

#define FLOW_TABLE_RECENT 1024U

struct slot {
	__u32 id; /* 0: empty */
	__u32 number : 31;
	__u32 listed : 1; /* seen in this interval */
};

/* A flow seen lately, found by something cheaper than its key's hash. */
struct recent {
	__u64 tag;
	__u32 id; /* 0: none */
	__u32 number;
};

struct flows {
	struct siftr_flow_key *keys;
	struct slot *slots; /* twice as many as keys */
	struct seed seed;
	size_t capacity; /* of keys, a power of two */
	size_t count;
	size_t entered;	  /* of the whole run */
	size_t listed[2]; /* of this interval: IPv4, IPv6 */
	struct recent recent[FLOW_TABLE_RECENT];
};

__u32 flow_table__hash(const struct siftr_flow_key *key);

/*
 * Where the search for `id` begins. Ids are no secret, as the same flow has the same
 * one in every run; a peer that gets many connections could keep those whose ids, and
 * with them their places, are close together.
 */
static inline size_t flow_table__place(const struct seed *seed, size_t nr_slots, __u32 id)
{
	return seed__number(seed, id) & (nr_slots - 1);
}

/* The slot that holds `id`, or the empty one where it belongs. */
static inline struct slot *flow_table__slot(const struct seed *seed, struct slot *slots,
					    size_t nr_slots, __u32 id)
{
	size_t place = flow_table__place(seed, nr_slots, id);

	while (slots[place].id && slots[place].id != id)
		place = (place + 1) & (nr_slots - 1);
	return &slots[place];
}

#endif
