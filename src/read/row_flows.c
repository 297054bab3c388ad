// SPDX-License-Identifier: BSD-2-Clause
/*
 * Most rows are of a flow that was seen a short time ago, which `recent` finds by the text of its
 * 4-tuple. The table of all flows is searched by the binary key, so it holds no texts.
 */
#include "read/row_flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format/tuple.h"
#include "hash/probe.h"
#include "read/flow_key.h"
#include "read/row_flow_table.h"

#define RECENT_FLOWS 512

/* How many searches ahead the flow that will be found is fetched. */
#define SEARCHES_AHEAD 8

struct recent_flow {
	const struct row_flow *flow;	 /* NULL: the entry is empty, or its search goes on */
	const struct row_search *search; /* which is this one */
	size_t bytes;
	char text[TUPLE_IPV6_MAX];
};

struct row_flows {
	struct seed seed; /* secret: the author of a log must not be able to make slots collide */
	struct row_flow_table table;
	struct row_flow_table before; /* if there is a bound, the flows before `table` was begun */
	size_t most;		      /* flows of a table; 0: no bound */
	__u32 last_number;
	struct recent_flow recent[RECENT_FLOWS];
};

struct row_flows *row_flows__new(void)
{
	struct row_flows *flows = calloc(1, sizeof(*flows));

	if (!flows)
		return NULL;
	flows->seed = seed__of_process();
	if (!row_flow_table__open(&flows->table))
		return flows;
	free(flows);
	return NULL;
}

struct row_flows *row_flows__new_bounded(size_t most)
{
	struct row_flows *flows = row_flows__new();

	if (flows)
		flows->most = most;
	return flows;
}

void row_flows__free(struct row_flows *flows)
{
	if (!flows)
		return;
	row_flow_table__close(&flows->table);
	row_flow_table__close(&flows->before);
	free(flows);
}

static __u32 hash_of(const struct row_flows *flows, const struct row_flow *flow)
{
	__u32 hash = seed__text(&flows->seed, (const char *)&flow->key, sizeof(flow->key)) ^
		     seed__number(&flows->seed, flow->flowid + flow->flowtype * 0x9e3779b9U);

	return seed__number(&flows->seed, hash);
}

/*
 * Begins a new table: what is not found in it is taken over from the one before with its next row,
 * and what is not taken over until that is full is forgotten. So `recent` must not find the flows
 * of the one before. 0 or -ENOMEM.
 */
static int begin_table(struct row_flows *flows)
{
	struct row_flow_table fresh;
	int err = row_flow_table__open(&fresh);

	if (err)
		return err;
	row_flow_table__close(&flows->before);
	flows->before = flows->table;
	flows->table = fresh;
	for (int i = 0; i < RECENT_FLOWS; i++)
		flows->recent[i].flow = NULL;
	return 0;
}

static const struct row_flow *add(struct row_flows *flows, const struct row_flow *wanted,
				  __u32 hash)
{
	struct row_flow flow = *wanted;
	const struct row_flow *known = NULL;

	if (flows->most && flows->table.nr_flows == flows->most && begin_table(flows))
		return NULL;
	if (flows->before.slots)
		known = row_flow_table__find(&flows->before, wanted, hash);
	flow.number = known ? known->number : ++flows->last_number;
	return row_flow_table__add(&flows->table, &flow, hash);
}

static const struct row_flow *find_or_add(struct row_flows *flows, const struct row_flow *wanted,
					  __u32 hash)
{
	const struct row_flow *flow = row_flow_table__find(&flows->table, wanted, hash);

	return flow ?: add(flows, wanted, hash);
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
	row_flow_table__prefetch_slot(&flows->table, search->hash);
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
	/* The text is compared first: with many flows it mostly differs, and the flow is far. */
	if (__builtin_expect(
		    recent->flow && recent->bytes == bytes && !memcmp(recent->text, text, bytes) &&
			    recent->flow->flowid == flowid && recent->flow->flowtype == flowtype,
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
	if (!search->flow)
		row_flow_table__prefetch_flow(&flows->table, search->hash);
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
	return number <= flows->table.nr_flows ? row_flow_table__at(&flows->table, number) : NULL;
}
