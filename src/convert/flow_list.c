// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sorts the 4-tuples of one log file for its footer. When the next file begins, empties this list,
 * forgets old flow numbers, and removes idle flows if there are more than FLOWS_REMEMBERED flows.
 */
#include "convert/flow_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/time_units.h>

#include "convert/flow_table.h"

/* A time in which every BPF program that is running ends, even if it is preempted. */
#define RUN_NS NSEC_PER_SEC

size_t flow_list__size(const struct flows *flows, __u8 family)
{
	return flows->listed[family == 6];
}

static int compare_number(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

/* Order of the flow list: by family, then by local and by foreign address and port. */
static int compare_tuples(const void *left, const void *right)
{
	const struct siftr_flow_key *a = *(const struct siftr_flow_key *const *)left;
	const struct siftr_flow_key *b = *(const struct siftr_flow_key *const *)right;
	int order = compare_number(a->family, b->family);

	if (!order)
		order = memcmp(a->laddr, b->laddr, sizeof(a->laddr));
	if (!order)
		order = compare_number(a->lport, b->lport);
	if (!order)
		order = memcmp(a->faddr, b->faddr, sizeof(a->faddr));
	if (!order)
		order = compare_number(a->fport, b->fport);
	return order;
}

static size_t collect(const struct flows *flows, const struct siftr_flow_key *found[])
{
	size_t count = 0;

	for (size_t i = 0; i < flows->count; i++)
		if (flows->table[i].listed)
			found[count++] = &flows->table[i].key;
	return count;
}

int flow_list__each(struct flows *flows,
		    int (*visit)(const struct siftr_flow_key *key, void *context), void *context)
{
	size_t count = flows->listed[0] + flows->listed[1];
	const struct siftr_flow_key **sorted;
	int err = 0;

	if (count == 0)
		return 0;
	sorted = malloc(count * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	count = collect(flows, sorted);
	qsort(sorted, count, sizeof(*sorted), compare_tuples);
	for (size_t i = 0; i < count && !err; i++)
		if (i == 0 || compare_tuples(&sorted[i - 1], &sorted[i]) != 0)
			err = visit(sorted[i], context);
	free(sorted);
	return err;
}

static struct slot *slot_of(const struct flows *flows, __u32 id)
{
	return flow_table__slot(&flows->seed, flows->slots, 2 * flows->capacity, id);
}

/*
 * Keeps a flow, and the ids from its hash to its assigned id although their flows are idle: with
 * linear probing the lookup of this flow would otherwise end at the gap.
 */
static void keep(struct flows *flows, const struct flow *flow)
{
	__u32 id = flow_table__hash(&flow->key);

	for (; id != flow->id; id++)
		if (id)
			slot_of(flows, id)->kept = 1;
	slot_of(flows, id)->kept = 1;
}

/*
 * Marks the slots to keep: of the flows seen in the interval that ends, and of those whose number
 * records may still have without another announcement. Returns how many slots are marked.
 */
static size_t mark_kept(struct flows *flows)
{
	size_t kept = 0;

	for (size_t i = 0; i < flows->count; i++)
		if (flows->table[i].listed)
			keep(flows, &flows->table[i]);
	for (size_t i = 0; i < flows->names.count; i++)
		if (flows->names.positions[i] != FLOW_NAMES_NONE)
			keep(flows, &flows->table[flows->names.positions[i]]);
	for (size_t i = 0; i < 2 * flows->capacity; i++)
		kept += flows->slots[i].id && flows->slots[i].kept;
	return kept;
}

/* Copies the flows that are kept to a new table, and adapts the positions of their numbers. */
static void fill_table(struct flows *flows, struct flow *table, struct slot *slots, size_t capacity)
{
	__u32 position = 0;

	for (size_t i = 0; i < 2 * flows->capacity; i++) {
		const struct slot *old = &flows->slots[i];

		if (!old->id || !old->kept)
			continue;
		table[position] = flows->table[old->position];
		flows->table[old->position].moved = position;
		*flow_table__slot(&flows->seed, slots, 2 * capacity, old->id) =
			(struct slot){old->id, position++, 0};
	}
	for (size_t i = 0; i < flows->names.count; i++) {
		__u32 *named = &flows->names.positions[i];

		if (*named != FLOW_NAMES_NONE)
			*named = flows->table[*named].moved;
	}
}

/*
 * Rebuilds the table without the flows that mark_kept() does not mark. If there is no memory for
 * that, the table stays as it is.
 */
static void remove_idle(struct flows *flows)
{
	size_t kept = mark_kept(flows), capacity = flows->capacity;
	struct flow *table;
	struct slot *slots;

	while (capacity / 2 > kept && capacity / 2 >= FLOWS_REMEMBERED)
		capacity /= 2;
	table = flow_table__allocate(capacity);
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): the capacity is never 0. */
	slots = calloc(2 * capacity, sizeof(*slots));
	if (!table || !slots) {
		free(table);
		free(slots);
		return;
	}
	fill_table(flows, table, slots, capacity);
	free(flows->table);
	free(flows->slots);
	flows->table = table;
	flows->slots = slots;
	flows->capacity = capacity;
	flows->count = kept;
	flows->rebuilt++;
}

/*
 * The programs announce every flow anew for each log file, but one that was running when a file
 * began may not have seen that, and send a record with an old number within RUN_NS. So the numbers
 * that were in use then are forgotten only once all records up to RUN_NS later have been read.
 */
static void forget_numbers(struct flows *flows, __u64 read_ns, __u64 now_ns)
{
	if (flows->keeps_numbers || read_ns < flows->forget_ns)
		return;
	flow_names__forget(&flows->names, flows->forgotten_next);
	flows->forgotten_next = flow_names__end(&flows->names);
	flows->forget_ns = now_ns + RUN_NS;
}

void flow_list__keep_numbers(struct flows *flows)
{
	flows->keeps_numbers = true;
}

bool flow_list__has_idle(const struct flows *flows)
{
	return flows->count > FLOWS_REMEMBERED;
}

void flow_list__forget_idle(struct flows *flows, __u64 read_ns, __u64 now_ns)
{
	forget_numbers(flows, read_ns, now_ns);
	if (flow_list__has_idle(flows))
		remove_idle(flows);
}

void flow_list__next_interval(struct flows *flows, __u64 read_ns, __u64 now_ns)
{
	flow_list__forget_idle(flows, read_ns, now_ns);
	for (size_t i = 0; i < flows->count; i++)
		flows->table[i].listed = 0;
	memset(flows->listed, 0, sizeof(flows->listed));
}
