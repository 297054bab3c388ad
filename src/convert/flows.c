// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ids are unique by construction, as flow_table.c assigns them by probing. A direct-mapped cache
 * of recent flows, small enough for the L1/L2 cache, spares most packets the hash of their key.
 */
#include "convert/flows.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "convert/flow_table.h"

#define FIRST_CAPACITY 1024U

struct flows *flows__new(void)
{
	struct flows *flows = calloc(1, sizeof(*flows));

	if (!flows)
		return NULL;
	flows->seed = seed__of_process();
	flows->capacity = FIRST_CAPACITY;
	flows->keys = malloc(flows->capacity * sizeof(*flows->keys));
	flows->slots = calloc(2 * flows->capacity, sizeof(*flows->slots));
	if (!flows->keys || !flows->slots) {
		flows__free(flows);
		return NULL;
	}
	return flows;
}

void flows__free(struct flows *flows)
{
	if (!flows)
		return;
	free(flows->keys);
	free(flows->slots);
	free(flows);
}

size_t flows__count(const struct flows *flows)
{
	return flows->entered;
}

static inline bool same_key(const struct siftr_flow_key *a, const struct siftr_flow_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline void mark_listed(struct flows *flows, struct slot *slot,
			       const struct siftr_flow_key *key)
{
	if (slot->listed)
		return;
	slot->listed = 1;
	flows->listed[key->family == 6]++;
}

/*
 * Finds or inserts the flow `key`, whose hash is `hash`. Returns its id and stores its number; 0
 * when out of memory.
 */
static __u32 lookup(struct flows *flows, const struct siftr_flow_key *key, __u32 hash,
		    __u32 *number)
{
	for (__u32 id = hash;; id++) {
		struct slot *slot;

		if (id == 0)
			continue;
		slot = flow_table__slot(&flows->seed, flows->slots, 2 * flows->capacity, id);
		if (slot->id == 0) {
			*number = (__u32)flows->count;
			return flow_table__insert(flows, key, id);
		}
		if (same_key(&flows->keys[slot->number], key)) {
			mark_listed(flows, slot, key);
			*number = slot->number;
			return id;
		}
	}
}

__u32 flows__id(struct flows *flows, const struct siftr_flow_key *key)
{
	__u32 number;

	return lookup(flows, key, flow_table__hash(key), &number);
}

/*
 * A cheap hash that selects the cache entry. Different flows may have the same tag, so the keys
 * are compared as well.
 */
static inline __u64 key_tag(const struct siftr_flow_key *key)
{
	__u64 ports = (__u64)key->lport << 16 | key->fport;

	return (key->faddr[0] ^ key->faddr[1] ^ ((__u64)key->isn << 32 | ports)) * HASH_MULTIPLIER;
}

static inline struct recent *recent_slot(struct flows *flows, __u64 tag)
{
	return &flows->recent[(tag >> 32) % FLOW_TABLE_NR_RECENT];
}

/* A record whose flow was not in the cache of recent flows. */
struct cache_miss {
	size_t record;
	__u64 tag;
	__u32 hash;
};

static size_t lookup_recent(struct flows *flows, const struct siftr_record *const records[],
			    size_t count, __u32 ids[], struct cache_miss misses[])
{
	size_t nr_misses = 0;

	for (size_t i = 0; i < count; i++) {
		const struct siftr_flow_key *key = &records[i]->flow;
		__u64 tag = key_tag(key);
		const struct recent *recent = recent_slot(flows, tag);

		if (recent->tag == tag && recent->id &&
		    same_key(&flows->keys[recent->number], key)) {
			ids[i] = recent->id;
			continue;
		}
		misses[nr_misses++] = (struct cache_miss){i, tag, flow_table__hash(key)};
	}
	return nr_misses;
}

static void prefetch(const struct flows *flows, const struct cache_miss misses[], size_t nr_misses)
{
	const struct slot *slots[FLOWS_BATCH];

	for (size_t i = 0; i < nr_misses; i++) {
		slots[i] = &flows->slots[probe__start(&flows->seed, misses[i].hash,
						      2 * flows->capacity)];
		__builtin_prefetch(slots[i]);
	}
	for (size_t i = 0; i < nr_misses; i++) {
		const char *key = (const char *)&flows->keys[slots[i]->number];

		/* Prefetches both ends of the key, which often lie in two cache lines. */
		__builtin_prefetch(key);
		__builtin_prefetch(key + sizeof(struct siftr_flow_key) - 1);
	}
}

void flows__ids(struct flows *flows, const struct siftr_record *const records[], size_t count,
		__u32 ids[])
{
	struct cache_miss misses[FLOWS_BATCH];
	size_t nr_misses = lookup_recent(flows, records, count, ids, misses);

	prefetch(flows, misses, nr_misses);
	for (size_t i = 0; i < nr_misses; i++) {
		const struct cache_miss *miss = &misses[i];
		__u32 number, id = lookup(flows, &records[miss->record]->flow, miss->hash, &number);

		*recent_slot(flows, miss->tag) = (struct recent){miss->tag, id, number};
		ids[miss->record] = id;
	}
}
