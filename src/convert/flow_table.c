// SPDX-License-Identifier: BSD-2-Clause
/*
 * Linear probing is used twice: to choose an id, which is the hash of the flow's key or the next
 * one that no flow has, and to find the id in the table, which is at most half full. Single
 * entries are never deleted, so no search ends too early.
 */
#include "convert/flow_table.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE (2UL << 20)

static inline __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * HASH_MULTIPLIER;
	return hash ^ hash >> 32;
}

/*
 * Hash of a flow's key, which becomes its id. It uses no secret, so that a flow has the same id in
 * every run. A peer cannot provoke collisions, because it does not choose our initial sequence
 * number.
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

struct flow *flow_table__allocate(size_t capacity)
{
	size_t bytes = capacity * sizeof(struct flow);
	struct flow *table = aligned_alloc(bytes < HUGE_PAGE ? FLOW_BYTES : HUGE_PAGE, bytes);

	/*
	 * With small pages, packets of many flows would miss the TLB as well as the cache. The
	 * kernel may refuse huge pages: the table works without them.
	 */
	if (table && bytes >= HUGE_PAGE)
		madvise(table, bytes, MADV_HUGEPAGE);
	return table;
}

/* Doubles the table. Without memory for that it stays as it is. */
static int grow(struct flows *flows)
{
	size_t capacity = 2 * flows->capacity;
	struct flow *table = NULL;
	struct slot *slots = NULL;

	if (capacity <= 1UL << 30) {
		table = flow_table__allocate(capacity);
		slots = calloc(2 * capacity, sizeof(*slots));
	}
	if (!table || !slots) {
		free(table);
		free(slots);
		return -ENOMEM;
	}
	memcpy(table, flows->table, flows->count * sizeof(*table));
	for (size_t i = 0; i < 2 * flows->capacity; i++)
		if (flows->slots[i].id)
			*flow_table__slot(&flows->seed, slots, 2 * capacity, flows->slots[i].id) =
				flows->slots[i];
	free(flows->table);
	free(flows->slots);
	flows->table = table;
	flows->slots = slots;
	flows->capacity = capacity;
	return 0;
}

struct flow *flow_table__insert(struct flows *flows, const struct siftr_flow_key *key, __u32 id)
{
	__u32 position = (__u32)flows->count;
	struct flow *flow;

	if (flows->count == flows->capacity && grow(flows) < 0)
		return NULL;
	flow = &flows->table[position];
	*flow = (struct flow){.key = *key, .id = id};
	*flow_table__slot(&flows->seed, flows->slots, 2 * flows->capacity, id) =
		(struct slot){id, position, 0};
	flows->count++;
	flows->entered++;
	return flow;
}
