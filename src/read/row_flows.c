// SPDX-License-Identifier: BSD-2-Clause
/*
 * Most rows are of a flow that was seen a short time ago, which `recent` finds by the text of its
 * 4-tuple. The table of all flows is searched by the binary key, so it holds no texts.
 */
#include "read/row_flows.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/tuple.h"
#include "hash/probe.h"

#define RECENT_FLOWS  512
#define CHUNK_FLOWS   1024
#define CHUNKS_MAX    22 /* room for 2^32 - CHUNK_FLOWS flows: a number has 32 bits */
#define INITIAL_SLOTS 1024

struct recent_flow {
	const struct row_flow *flow; /* NULL: the entry is empty */
	size_t bytes;
	char text[TUPLE_IPV6_MAX];
};

struct row_flows {
	struct seed seed; /* secret: the author of a log must not be able to make slots collide */
	struct row_flow
		*chunks[CHUNKS_MAX]; /* the first has CHUNK_FLOWS, each other twice as many */
	size_t nr_chunks, capacity;  /* of chunks; flows that fit them */
	size_t nr_flows;
	__u32 *slots; /* flow numbers; 0: the slot is empty */
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

static __u32 hash(const struct row_flows *flows, const struct row_flow *flow)
{
	return seed__text(&flows->seed, (const char *)&flow->key, sizeof(flow->key)) ^
	       seed__number(&flows->seed, flow->flowid + flow->flowtype * 0x9e3779b9U);
}

/* The slot of the flow, or the empty one where it belongs. */
static size_t find_slot(const struct row_flows *flows, const struct row_flow *wanted)
{
	size_t slot = probe__start(&flows->seed, hash(flows, wanted), flows->nr_slots);

	while (flows->slots[slot]) {
		const struct row_flow *flow = flow_of(flows, flows->slots[slot]);

		if (flow->flowid == wanted->flowid && flow->flowtype == wanted->flowtype &&
		    !memcmp(&flow->key, &wanted->key, sizeof(flow->key)))
			break;
		slot = probe__next(slot, flows->nr_slots);
	}
	return slot;
}

/* Doubles the slots when they are half full. */
static bool grow_slots(struct row_flows *flows)
{
	__u32 *slots;

	if (2 * (flows->nr_flows + 1) <= flows->nr_slots)
		return true;
	slots = calloc(2 * flows->nr_slots, sizeof(*slots));
	if (!slots)
		return false;
	free(flows->slots);
	flows->slots = slots;
	flows->nr_slots *= 2;
	for (__u32 number = 1; number <= flows->nr_flows; number++)
		flows->slots[find_slot(flows, flow_of(flows, number))] = number;
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

static const struct row_flow *find_or_add(struct row_flows *flows, const struct row_flow *wanted)
{
	struct row_flow *flow;
	size_t slot;

	if (!grow_slots(flows) || !grow_chunks(flows))
		return NULL;
	slot = find_slot(flows, wanted);
	if (flows->slots[slot])
		return flow_of(flows, flows->slots[slot]);
	flows->slots[slot] = (__u32)++flows->nr_flows;
	flow = flow_of(flows, flows->slots[slot]);
	*flow = *wanted;
	flow->number = flows->slots[slot];
	return flow;
}

/* Parses "address,port,", which field_parser.h has found valid, and returns the end. */
static const char *parse_endpoint(const char *text, const char *end, __u8 *family, __u64 address[2],
				  __u16 *port)
{
	char copy[INET6_ADDRSTRLEN] = "";
	size_t bytes = (size_t)((const char *)memchr(text, ',', (size_t)(end - text)) - text);

	if (bytes >= sizeof(copy))
		bytes = sizeof(copy) - 1;
	memcpy(copy, text, bytes);
	*family = memchr(copy, ':', bytes) ? 6 : 4;
	inet_pton(*family == 6 ? AF_INET6 : AF_INET, copy, address);
	for (text += bytes + 1; text < end && *text != ','; text++)
		*port = (__u16)(*port * 10 + (*text - '0'));
	return text + 1;
}

void row_flows__parse(const char *text, size_t bytes, struct siftr_flow_key *key)
{
	const char *end = text + bytes;

	memset(key, 0, sizeof(*key));
	text = parse_endpoint(text, end, &key->family, key->laddr, &key->lport);
	parse_endpoint(text, end, &key->family, key->faddr, &key->fport);
}

/* Index in `recent`, from the last 8 bytes of the text and the flowid, where flows differ most. */
static size_t recent_entry(const char *text, size_t bytes, __u32 flowid)
{
	__u64 word;

	memcpy(&word, text + bytes - sizeof(word), sizeof(word));
	return ((word ^ flowid) * HASH_MULTIPLIER >> 32) % RECENT_FLOWS;
}

const struct row_flow *row_flows__find(struct row_flows *flows, const char *text, size_t bytes,
				       __u32 flowid, __u32 flowtype)
{
	struct recent_flow *recent = &flows->recent[recent_entry(text, bytes, flowid)];
	struct row_flow wanted = {.flowid = flowid, .flowtype = flowtype};

	if (__builtin_expect(recent->bytes == bytes && recent->flow->flowid == flowid &&
				     recent->flow->flowtype == flowtype &&
				     !memcmp(recent->text, text, bytes),
			     1))
		return recent->flow;
	row_flows__parse(text, bytes, &wanted.key);
	recent->flow = find_or_add(flows, &wanted);
	recent->bytes = 0;
	if (recent->flow && bytes <= sizeof(recent->text)) {
		recent->bytes = bytes;
		memcpy(recent->text, text, bytes);
	}
	return recent->flow;
}

const struct row_flow *row_flows__find_key(struct row_flows *flows,
					   const struct siftr_flow_key *key, __u32 flowid,
					   __u32 flowtype)
{
	const struct row_flow wanted = {.key = *key, .flowid = flowid, .flowtype = flowtype};

	return find_or_add(flows, &wanted);
}

const struct row_flow *row_flows__at(const struct row_flows *flows, __u32 number)
{
	return number <= flows->nr_flows ? flow_of(flows, number) : NULL;
}
