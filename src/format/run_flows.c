// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flows lie in an array, in the order of their first rows. Two hash tables, by flow_number and
 * by id, find a flow's place in the array.
 */
#include "format/run_flows.h"

#include <stdlib.h>
#include <string.h>

#include "hash/probe.h"

#define FIRST_SLOTS 256
#define FIRST_FLOWS 128

/* The mss of a flow whose segment size is not known: TCP's default (RFC 9293, 3.7.1). */
#define DEFAULT_MSS 536

/* A hash table: a slot has a flow's place in the array of flows plus 1; 0: the slot is empty. */
struct places {
	__u32 *slots; /* at most half full */
	size_t nr_slots;
};

struct run_flows {
	struct run_flow *flows;
	size_t nr_flows, capacity;
	struct places by_number, by_id;
	struct seed seed;
	__u32 *order;			   /* places of the sorted flows */
	__u64 lengths[RUN_FLOWS_LINE_MAX]; /* number of lines of each length in bytes */
};

/*
 * The slot of the flow whose id, in the table by_id, or number, in by_number, is `key`; the empty
 * slot where it belongs if there is no such flow.
 */
static __u32 *find_slot(const struct run_flows *flows, const struct places *places, __u32 key)
{
	size_t slot = probe__start(&flows->seed, key, places->nr_slots);

	while (places->slots[slot]) {
		const struct run_flow *flow = &flows->flows[places->slots[slot] - 1];

		if ((places == &flows->by_id ? flow->id : flow->number) == key)
			break;
		slot = probe__next(slot, places->nr_slots);
	}
	return &places->slots[slot];
}

struct run_flows *run_flows__new(void)
{
	struct run_flows *flows = calloc(1, sizeof(*flows));

	if (!flows)
		return NULL;
	flows->seed = seed__of_process();
	flows->by_number.nr_slots = flows->by_id.nr_slots = FIRST_SLOTS;
	flows->by_number.slots = calloc(FIRST_SLOTS, sizeof(*flows->by_number.slots));
	flows->by_id.slots = calloc(FIRST_SLOTS, sizeof(*flows->by_id.slots));
	if (flows->by_number.slots && flows->by_id.slots)
		return flows;
	run_flows__free(flows);
	return NULL;
}

void run_flows__free(struct run_flows *flows)
{
	if (!flows)
		return;
	free(flows->flows);
	free(flows->by_number.slots);
	free(flows->by_id.slots);
	free(flows->order);
	free(flows);
}

void run_flows__clear(struct run_flows *flows)
{
	memset(flows->by_number.slots, 0, flows->by_number.nr_slots * sizeof(__u32));
	memset(flows->by_id.slots, 0, flows->by_id.nr_slots * sizeof(__u32));
	memset(flows->lengths, 0, sizeof(flows->lengths));
	flows->nr_flows = 0;
}

static bool grow_places(struct run_flows *flows, struct places *places)
{
	size_t nr_slots = 2 * places->nr_slots;
	__u32 *slots, *old = places->slots;

	if (2 * (flows->nr_flows + 1) <= places->nr_slots)
		return true;
	slots = calloc(nr_slots, sizeof(*slots));
	if (!slots)
		return false;
	places->slots = slots;
	places->nr_slots = nr_slots;
	for (size_t i = 0; i < flows->nr_flows; i++) {
		const struct run_flow *flow = &flows->flows[i];

		*find_slot(flows, places, places == &flows->by_id ? flow->id : flow->number) =
			(__u32)(i + 1);
	}
	free(old);
	return true;
}

static bool grow_flows(struct run_flows *flows)
{
	size_t capacity = flows->capacity ? 2 * flows->capacity : FIRST_FLOWS;
	struct run_flow *more;
	__u32 *order;

	if (flows->nr_flows < flows->capacity)
		return true;
	order = realloc(flows->order, capacity * sizeof(*order));
	if (!order)
		return false;
	flows->order = order;
	more = realloc(flows->flows, capacity * sizeof(*more));
	if (!more)
		return false;
	flows->flows = more;
	flows->capacity = capacity;
	return true;
}

/* Returns `id`, a row's flowid, or if it is 0 or another flow's, the next that is free. */
static __u32 choose_id(const struct run_flows *flows, __u32 id)
{
	while (!id || *find_slot(flows, &flows->by_id, id))
		id++;
	return id;
}

static struct run_flow *enter(struct run_flows *flows, const struct row *row)
{
	struct run_flow *flow;
	__u32 id;

	if (!grow_flows(flows) || !grow_places(flows, &flows->by_number) ||
	    !grow_places(flows, &flows->by_id))
		return NULL;
	id = choose_id(flows, row->flowid);
	flow = &flows->flows[flows->nr_flows];
	*flow = (struct run_flow){.key = *row->flow, .number = row->flow_number, .id = id};
	/* Neither table has the new flow yet, so find_slot() returns the empty slots for it. */
	*find_slot(flows, &flows->by_number, flow->number) = (__u32)(flows->nr_flows + 1);
	*find_slot(flows, &flows->by_id, id) = (__u32)(flows->nr_flows + 1);
	flows->nr_flows++;
	return flow;
}

/*
 * Copies the first `max` bytes of a name; blanks, separators of the flow list and what is not
 * printable become '_'.
 */
static void copy_name(char *to, size_t max, const char *from)
{
	size_t i;

	for (i = 0; i < max && from[i]; i++)
		to[i] = from[i] > ' ' && from[i] <= '~' && !strchr(",;=", from[i]) ? from[i] : '_';
	to[i] = '\0';
}

/* Stores what a row says of its flow. */
static void update(struct run_flow *flow, const struct row *row)
{
	const struct siftr_columns *columns = &row->columns;

	flow->mss = row_fields__has(row->fields, SIFTR_FIELD_mss_cache)
			    ? (__u32)row_fields__value(row->fields, SIFTR_FIELD_mss_cache)
			    : columns->max_seg_size;
	flow->mss = flow->mss ?: DEFAULT_MSS;
	flow->sack_enabled = columns->sack_enabled != 0;
	flow->snd_scale = (__u8)columns->snd_scale;
	flow->rcv_scale = (__u8)columns->rcv_scale;
	flow->is_generated = row->flowtype == ROW_FLOWTYPE || flow->id != row->flowid;
	copy_name(flow->stack, RUN_FLOWS_STACK_MAX,
		  row->fields && row->fields->stack ? row->fields->stack : "linux");
	if (row_fields__has(row->fields, SIFTR_FIELD_cc_name))
		copy_name(flow->congestion, RUN_FLOWS_NAME_MAX,
			  row_fields__text(row->fields, SIFTR_FIELD_cc_name));
}

struct run_flow *run_flows__of(struct run_flows *flows, const struct row *row)
{
	__u32 place = *find_slot(flows, &flows->by_number, row->flow_number);
	struct run_flow *flow = place ? &flows->flows[place - 1] : enter(flows, row);

	if (flow)
		update(flow, row);
	return flow;
}

void run_flows__count_line(struct run_flows *flows, struct run_flow *flow, size_t bytes)
{
	flow->nr_lines++;
	flow->nr_packets++;
	flows->lengths[bytes]++;
}

void run_flows__lose_line(struct run_flows *flows, __u32 id, size_t bytes)
{
	__u32 place = *find_slot(flows, &flows->by_id, id);

	if (!place || bytes >= RUN_FLOWS_LINE_MAX)
		return;
	flows->flows[place - 1].nr_lines--;
	flows->lengths[bytes]--;
}

size_t run_flows__longest_line(const struct run_flows *flows)
{
	size_t bytes = RUN_FLOWS_LINE_MAX - 1;

	while (bytes && !flows->lengths[bytes])
		bytes--;
	return bytes;
}

size_t run_flows__count(const struct run_flows *flows)
{
	return flows->nr_flows;
}

static int compare(const void *left, const void *right, void *context)
{
	const struct run_flows *flows = context;
	__u32 first = *(const __u32 *)left, second = *(const __u32 *)right;
	__u64 lines = flows->flows[first].nr_lines, more = flows->flows[second].nr_lines;

	if (lines != more)
		return lines < more ? -1 : 1;
	return first < second ? -1 : first > second;
}

size_t run_flows__sort(struct run_flows *flows)
{
	size_t count = 0;

	for (size_t i = 0; i < flows->nr_flows; i++)
		if (flows->flows[i].nr_lines)
			flows->order[count++] = (__u32)i;
	if (count)
		qsort_r(flows->order, count, sizeof(*flows->order), compare, flows);
	return count;
}

const struct run_flow *run_flows__at(const struct run_flows *flows, size_t number)
{
	return &flows->flows[flows->order[number]];
}
