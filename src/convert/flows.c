// SPDX-License-Identifier: BSD-2-Clause
/*
 * A table from flow to id in which an id is a place: a flow gets the id its key
 * hashes to, or the next one that no other flow has. So ids are unique by
 * construction.
 *
 * Keys stand densely in order of arrival; an open-addressed index of (id, key
 * number) pairs finds them, at most half full, without touching a key that has
 * another id. Nothing is ever deleted, which keeps every probe sequence valid.
 * Before it stands a small table of flows seen lately, which stays in the cache
 * and spares nearly all packets the hash.
 */
#include "convert/flows.h"

#include <endian.h>
#include <errno.h>
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

static inline __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/*
 * Without a secret, so that a flow has the same id in every run: a peer cannot
 * aim for collisions, since it does not choose our initial sequence number. The
 * places in the table have one.
 */
__u32 flow_table__hash(const struct siftr_flow_key *key)
{
	__u64 ports = (__u64)key->lport << 32 | (__u64)key->fport << 16 | key->family;
	__u64 hash = 0;

	hash = mix(hash, le64toh(key->laddr[0]));
	hash = mix(hash, le64toh(key->faddr[0]));
	hash = mix(hash, ports);
	hash = mix(hash, (__u64)key->netns << 32 | key->isn);
	if (key->family == 6) {
		hash = mix(hash, le64toh(key->laddr[1]));
		hash = mix(hash, le64toh(key->faddr[1]));
	}
	hash = mix(hash, hash >> 29);
	return (__u32)(hash >> 32);
}

/* Leaves the table as it was when memory is short. */
static int grow(struct flows *flows)
{
	size_t capacity = 2 * flows->capacity;
	struct siftr_flow_key *keys;
	struct slot *slots;

	if (capacity > 1UL << 30)
		return -ENOMEM;
	keys = realloc(flows->keys, capacity * sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	flows->keys = keys;
	slots = calloc(2 * capacity, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < 2 * flows->capacity; i++)
		if (flows->slots[i].id)
			*flow_table__slot(&flows->seed, slots, 2 * capacity, flows->slots[i].id) =
				flows->slots[i];
	free(flows->slots);
	flows->slots = slots;
	flows->capacity = capacity;
	return 0;
}

static __u32 enter(struct flows *flows, const struct siftr_flow_key *key, __u32 id)
{
	__u32 number = (__u32)flows->count;

	if (flows->count == flows->capacity && grow(flows) < 0)
		return 0;
	flows->keys[number] = *key;
	*flow_table__slot(&flows->seed, flows->slots, 2 * flows->capacity, id) =
		(struct slot){id, number, 1};
	flows->count++;
	flows->entered++;
	flows->listed[key->family == 6]++;
	return id;
}

static inline void list(struct flows *flows, struct slot *slot, const struct siftr_flow_key *key)
{
	if (slot->listed)
		return;
	slot->listed = 1;
	flows->listed[key->family == 6]++;
}

/* The id of `key`, which hashes to `hash`; 0 when it is new and there is no memory. */
static __u32 look_up(struct flows *flows, const struct siftr_flow_key *key, __u32 hash,
		     __u32 *number)
{
	for (__u32 id = hash;; id++) {
		struct slot *slot;

		if (id == 0)
			continue;
		slot = flow_table__slot(&flows->seed, flows->slots, 2 * flows->capacity, id);
		if (slot->id == 0) {
			*number = (__u32)flows->count;
			return enter(flows, key, id);
		}
		if (same_key(&flows->keys[slot->number], key)) {
			list(flows, slot, key);
			*number = slot->number;
			return id;
		}
	}
}

__u32 flows__id(struct flows *flows, const struct siftr_flow_key *key)
{
	__u32 number;

	return look_up(flows, key, flow_table__hash(key), &number);
}

/* Tells most flows apart; who has the same tag is compared in full. */
static inline __u64 key_tag(const struct siftr_flow_key *key)
{
	__u64 ports = (__u64)key->lport << 16 | key->fport;

	return (key->faddr[0] ^ key->faddr[1] ^ ((__u64)key->isn << 32 | ports)) *
	       0x9e3779b97f4a7c15ULL;
}

static inline struct recent *recent_of(struct flows *flows, __u64 tag)
{
	return &flows->recent[(tag >> 32) % FLOW_TABLE_RECENT];
}

/* A flow that has to be looked up, while its memory is on its way. */
struct wanted {
	size_t record;
	__u64 tag;
	__u32 hash;
};

static size_t ids_of_recent(struct flows *flows, const struct siftr_record *const records[],
			    size_t count, __u32 ids[], struct wanted wanted[])
{
	size_t nr_wanted = 0;

	for (size_t i = 0; i < count; i++) {
		const struct siftr_flow_key *key = &records[i]->flow;
		__u64 tag = key_tag(key);
		const struct recent *recent = recent_of(flows, tag);

		if (recent->tag == tag && recent->id &&
		    same_key(&flows->keys[recent->number], key)) {
			ids[i] = recent->id;
			continue;
		}
		wanted[nr_wanted++] = (struct wanted){i, tag, flow_table__hash(key)};
	}
	return nr_wanted;
}

static void prefetch(const struct flows *flows, const struct wanted wanted[], size_t nr_wanted)
{
	const struct slot *slots[FLOWS_BATCH];

	for (size_t i = 0; i < nr_wanted; i++) {
		slots[i] = &flows->slots[flow_table__place(&flows->seed, 2 * flows->capacity,
							   wanted[i].hash)];
		__builtin_prefetch(slots[i]);
	}
	for (size_t i = 0; i < nr_wanted; i++) {
		const char *key = (const char *)&flows->keys[slots[i]->number];

		/* Keys stand across the border of two lines as often as not. */
		__builtin_prefetch(key);
		__builtin_prefetch(key + sizeof(struct siftr_flow_key) - 1);
	}
}

void flows__ids(struct flows *flows, const struct siftr_record *const records[], size_t count,
		__u32 ids[])
{
	struct wanted wanted[FLOWS_BATCH];
	size_t nr_wanted = ids_of_recent(flows, records, count, ids, wanted);

	prefetch(flows, wanted, nr_wanted);
	for (size_t i = 0; i < nr_wanted; i++) {
		const struct wanted *w = &wanted[i];
		__u32 number, id = look_up(flows, &records[w->record]->flow, w->hash, &number);

		*recent_of(flows, w->tag) = (struct recent){w->tag, id, number};
		ids[w->record] = id;
	}
}
