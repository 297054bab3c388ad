// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sorts the 4-tuples of one log file for its footer, and removes idle flows from the flow table
 * when the next file begins.
 */
#include "convert/flow_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "convert/flow_table.h"

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

	for (size_t i = 0; i < 2 * flows->capacity; i++)
		if (flows->slots[i].id && flows->slots[i].listed)
			found[count++] = &flows->keys[flows->slots[i].number];
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

/*
 * Keeps the ids from a flow's hash to its assigned id in the table, although their flows are idle:
 * with linear probing the lookup of this flow would otherwise end at the gap.
 */
static void keep_probed_ids(struct flows *flows, const struct slot *slot)
{
	__u32 id = flow_table__hash(&flows->keys[slot->number]);

	for (; id != slot->id; id++)
		if (id)
			flow_table__slot(&flows->seed, flows->slots, 2 * flows->capacity, id)
				->listed = 1;
}

static size_t mark_kept(struct flows *flows)
{
	size_t kept = 0;

	for (size_t i = 0; i < 2 * flows->capacity; i++)
		if (flows->slots[i].id && flows->slots[i].listed)
			keep_probed_ids(flows, &flows->slots[i]);
	for (size_t i = 0; i < 2 * flows->capacity; i++)
		kept += flows->slots[i].id && flows->slots[i].listed;
	return kept;
}

/*
 * Rebuilds the table without the flows that were not seen in the interval that ends. Without
 * memory for that it stays as it is.
 */
static void remove_idle(struct flows *flows)
{
	size_t kept = mark_kept(flows), capacity = flows->capacity, number = 0;
	struct siftr_flow_key *keys;
	struct slot *slots;

	while (capacity / 2 > kept && capacity / 2 >= FLOWS_REMEMBERED)
		capacity /= 2;
	keys = malloc(capacity * sizeof(*keys));
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): the capacity is never 0. */
	slots = calloc(2 * capacity, sizeof(*slots));
	if (!keys || !slots) {
		free(keys);
		free(slots);
		return;
	}
	for (size_t i = 0; i < 2 * flows->capacity; i++) {
		const struct slot *old = &flows->slots[i];

		if (!old->id || !old->listed)
			continue;
		keys[number] = flows->keys[old->number];
		*flow_table__slot(&flows->seed, slots, 2 * capacity, old->id) =
			(struct slot){old->id, (__u32)number++, 0};
	}
	free(flows->keys);
	free(flows->slots);
	flows->keys = keys;
	flows->slots = slots;
	flows->capacity = capacity;
	flows->count = kept;
}

void flow_list__next_interval(struct flows *flows)
{
	if (flows->count > FLOWS_REMEMBERED)
		remove_idle(flows);
	for (size_t i = 0; i < 2 * flows->capacity; i++)
		flows->slots[i].listed = 0;
	memset(flows->listed, 0, sizeof(flows->listed));
	memset(flows->recent, 0, sizeof(flows->recent));
}
