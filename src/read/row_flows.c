// SPDX-License-Identifier: BSD-2-Clause
/*
 * Most rows are of a flow that was seen a short time ago, which `recent` finds by the text of its
 * 4-tuple. The table of all flows is searched by the binary key, so it holds no texts.
 */
#include "read/row_flows.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/tuple.h"
#include "hash/probe.h"
#include "read/flow_key.h"

#define RECENT_FLOWS  512
#define CHUNK_FLOWS   1024
#define CHUNKS_MAX    22 /* room for 2^32 - CHUNK_FLOWS flows: a number has 32 bits */
#define INITIAL_SLOTS 1024

/* How many searches ahead the flow that will be found is fetched. */
#define SEARCHES_AHEAD 8

struct recent_flow {
	const struct row_flow *flow;	 /* NULL: the entry is empty, or its search goes on */
	const struct row_search *search; /* which is this one */
	size_t bytes;
	char text[TUPLE_IPV6_MAX];
};

/* With the hash of its flow, so that other flows need not be read in a search. */
struct slot {
	__u32 number; /* of the flow; 0: the slot is empty */
	__u32 hash;
};

struct row_flows {
	struct seed seed; /* secret: the author of a log must not be able to make slots collide */
	struct row_flow
		*chunks[CHUNKS_MAX]; /* the first has CHUNK_FLOWS, each other twice as many */
	size_t nr_chunks, capacity;  /* of chunks; flows that fit them */
	size_t nr_flows;
	struct slot *slots;
	size_t nr_slots;
	struct recent_flow recent[RECENT_FLOWS];
};

struct row_flows *row_flows__new(void)
{
	struct row_flows *flows = calloc(1, sizeof(*flows));

	if (!flows)
		return NULL;
	flows->seed = seed__of_process();
	flows->nr_slots = INITIAL_SLOTS;
	flows->slots = calloc(flows->nr_slots, sizeof(*flows->slots));
	if (flows->slots)
		return flows;
	free(flows);
	return NULL;
}

void row_flows__free(struct row_flows *flows)
{
	if (!flows)
		return;
	for (size_t i = 0; i < flows->nr_chunks; i++)
		free(flows->chunks[i]);
	free(flows->slots);
	free(flows);
}

static struct row_flow *flow_of(const struct row_flows *flows, __u32 number)
{
	/* Chunk N begins with flow (2^N - 1) * CHUNK_FLOWS, counted from 0. */
	size_t index = number - 1 + CHUNK_FLOWS;
	unsigned int chunk = 63 - (unsigned int)__builtin_clzll(index / CHUNK_FLOWS);

	return &flows->chunks[chunk][index - ((size_t)CHUNK_FLOWS << chunk)];
}

static __u32 hash_of(const struct row_flows *flows, const struct row_flow *flow)
{
	__u32 hash = seed__text(&flows->seed, (const char *)&flow->key, sizeof(flow->key)) ^
		     seed__number(&flows->seed, flow->flowid + flow->flowtype * 0x9e3779b9U);

	return seed__number(&flows->seed, hash);
}

/* The first slot from `slot` on that is empty or has a flow with that hash. */
static size_t next_slot(const struct row_flows *flows, size_t slot, __u32 hash)
{
	while (flows->slots[slot].number && flows->slots[slot].hash != hash)
		slot = probe__next(slot, flows->nr_slots);
	return slot;
}

static size_t first_slot(const struct row_flows *flows, __u32 hash)
{
	return hash & (flows->nr_slots - 1);
}

static bool is_same(const struct row_flow *a, const struct row_flow *b)
{
	return a->flowid == b->flowid && a->flowtype == b->flowtype &&
	       !memcmp(&a->key, &b->key, sizeof(a->key));
}

/* The slot of the flow, or the empty one where it belongs. */
static struct slot *find_slot(const struct row_flows *flows, const struct row_flow *wanted,
			      __u32 hash)
{
	size_t slot = next_slot(flows, first_slot(flows, hash), hash);

	while (flows->slots[slot].number &&
	       !is_same(flow_of(flows, flows->slots[slot].number), wanted))
		slot = next_slot(flows, probe__next(slot, flows->nr_slots), hash);
	return &flows->slots[slot];
}

static struct slot *empty_slot(const struct row_flows *flows, __u32 hash)
{
	size_t slot = first_slot(flows, hash);

	while (flows->slots[slot].number)
		slot = probe__next(slot, flows->nr_slots);
	return &flows->slots[slot];
}

/* Doubles the slots when they are half full. */
static bool grow_slots(struct row_flows *flows)
{
	struct slot *old = flows->slots;
	size_t nr_old = flows->nr_slots;

	if (2 * (flows->nr_flows + 1) <= flows->nr_slots)
		return true;
	flows->slots = calloc(2 * nr_old, sizeof(*old));
	if (!flows->slots) {
		flows->slots = old;
		return false;
	}
	flows->nr_slots = 2 * nr_old;
	for (size_t i = 0; i < nr_old; i++)
		if (old[i].number)
			*empty_slot(flows, old[i].hash) = old[i];
	free(old);
	return true;
}

static bool grow_chunks(struct row_flows *flows)
{
	size_t more = (size_t)CHUNK_FLOWS << flows->nr_chunks;

	if (flows->nr_flows < flows->capacity)
		return true;
	if (flows->nr_chunks == CHUNKS_MAX)
		return false;
	flows->chunks[flows->nr_chunks] = calloc(more, sizeof(struct row_flow));
	if (!flows->chunks[flows->nr_chunks])
		return false;
	flows->nr_chunks++;
	flows->capacity += more;
	return true;
}

static const struct row_flow *find_or_add(struct row_flows *flows, const struct row_flow *wanted,
					  __u32 hash)
{
	struct row_flow *flow;
	struct slot *slot;

	if (!grow_slots(flows) || !grow_chunks(flows))
		return NULL;
	slot = find_slot(flows, wanted, hash);
	if (slot->number)
		return flow_of(flows, slot->number);
	*slot = (struct slot){.number = (__u32)++flows->nr_flows, .hash = hash};
	flow = flow_of(flows, slot->number);
	*flow = *wanted;
	flow->number = slot->number;
	return flow;
}

/* Index of the entry of `recent`, from the last 8 bytes of the text and the flowid, where flows
 * differ most. */
static __u32 recent_entry(const char *text, size_t bytes, __u32 flowid)
{
	__u64 word;

	memcpy(&word, text + bytes - sizeof(word), sizeof(word));
	return (__u32)((word ^ flowid) * HASH_MULTIPLIER >> 32) % RECENT_FLOWS;
}

/* The entry of a flow that is not found yet is its search's, until another search takes it. */
static void begin_search(struct row_flows *flows, struct row_search *search, const char *text,
			 size_t bytes)
{
	struct recent_flow *recent = &flows->recent[search->recent];

	flow_key__parse(text, bytes, &search->wanted.key);
	search->hash = hash_of(flows, &search->wanted);
	__builtin_prefetch(&flows->slots[first_slot(flows, search->hash)]);
	recent->flow = NULL;
	recent->search = bytes <= sizeof(recent->text) ? search : NULL;
	if (!recent->search)
		return;
	recent->bytes = bytes;
	memcpy(recent->text, text, bytes);
}

void row_flows__begin(struct row_flows *flows, struct row_search *search, const char *text,
		      size_t bytes, __u32 flowid, __u32 flowtype)
{
	__u32 entry = recent_entry(text, bytes, flowid);
	const struct recent_flow *recent = &flows->recent[entry];

	search->flow = NULL;
	if (__builtin_expect(recent->flow && recent->bytes == bytes &&
				     recent->flow->flowid == flowid &&
				     recent->flow->flowtype == flowtype &&
				     !memcmp(recent->text, text, bytes),
			     1)) {
		search->flow = recent->flow;
		return;
	}
	search->recent = entry;
	search->wanted.flowid = flowid;
	search->wanted.flowtype = flowtype;
	begin_search(flows, search, text, bytes);
}

/* Fetches the flow that the search will find. */
static void prefetch_flow(const struct row_flows *flows, const struct row_search *search)
{
	size_t slot;

	if (search->flow)
		return;
	slot = next_slot(flows, first_slot(flows, search->hash), search->hash);
	if (flows->slots[slot].number)
		__builtin_prefetch(flow_of(flows, flows->slots[slot].number));
}

static void complete(struct row_flows *flows, struct row_search *search)
{
	struct recent_flow *recent;

	if (search->flow)
		return;
	search->flow = find_or_add(flows, &search->wanted, search->hash);
	recent = &flows->recent[search->recent];
	if (recent->search != search)
		return;
	recent->flow = search->flow;
	recent->search = NULL;
}

int row_flows__complete(struct row_flows *flows, struct row_search searches[], size_t count)
{
	for (size_t i = 0; i < count && i < SEARCHES_AHEAD; i++)
		prefetch_flow(flows, &searches[i]);
	for (size_t i = 0; i < count; i++) {
		if (i + SEARCHES_AHEAD < count)
			prefetch_flow(flows, &searches[i + SEARCHES_AHEAD]);
		complete(flows, &searches[i]);
		if (!searches[i].flow)
			return -ENOMEM;
	}
	return 0;
}

const struct row_flow *row_flows__find(struct row_flows *flows, const char *text, size_t bytes,
				       __u32 flowid, __u32 flowtype)
{
	struct row_search search;

	row_flows__begin(flows, &search, text, bytes, flowid, flowtype);
	complete(flows, &search);
	return search.flow;
}

const struct row_flow *row_flows__find_key(struct row_flows *flows,
					   const struct siftr_flow_key *key, __u32 flowid,
					   __u32 flowtype)
{
	const struct row_flow wanted = {.key = *key, .flowid = flowid, .flowtype = flowtype};

	return find_or_add(flows, &wanted, hash_of(flows, &wanted));
}

const struct row_flow *row_flows__at(const struct row_flows *flows, __u32 number)
{
	return number <= flows->nr_flows ? flow_of(flows, number) : NULL;
}
