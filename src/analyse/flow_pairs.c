// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/flow_pairs.h"

#include <errno.h>
#include <stdlib.h>

#include "analyse/analysis.h"

/* A flow, and the place that its ports and the order of first rows give it. */
struct placed_flow {
	const struct flow_analysis *flow;
	__u32 ports;
	size_t index;
};

static int compare(const void *one, const void *other)
{
	const struct placed_flow *a = one, *b = other;

	if (a->ports != b->ports)
		return a->ports < b->ports ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* The flows in the order of their ports. NULL when out of memory. */
static struct placed_flow *place(const struct analysis *analysis)
{
	size_t count = analysis__count(analysis);
	struct placed_flow *placed = calloc(count + 1, sizeof(*placed));

	if (!placed)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct flow_analysis *flow = analysis__at(analysis, i);

		placed[i] = (struct placed_flow){flow,
						 (__u32)flow->key.lport << 16 | flow->key.fport, i};
	}
	qsort(placed, count, sizeof(*placed), compare);
	return placed;
}

/* Makes room for as many pairs as there can be. 0 or -ENOMEM. */
static int make_room(struct flow_pairs *pairs, size_t nr_a, size_t nr_b)
{
	size_t most = nr_a < nr_b ? nr_a : nr_b;

	*pairs = (struct flow_pairs){
		.a = calloc(most + 1, sizeof(const struct flow_analysis *)),
		.b = calloc(most + 1, sizeof(const struct flow_analysis *)),
	};
	return pairs->a && pairs->b ? 0 : -ENOMEM;
}

static void add(struct flow_pairs *pairs, const struct flow_analysis *a,
		const struct flow_analysis *b)
{
	pairs->a[pairs->count] = a;
	pairs->b[pairs->count++] = b;
}

int flow_pairs__by_order(struct flow_pairs *pairs, const struct analysis *a,
			 const struct analysis *b)
{
	size_t nr_a = analysis__count(a), nr_b = analysis__count(b);
	int err = make_room(pairs, nr_a, nr_b);

	for (size_t i = 0; !err && i < nr_a && i < nr_b; i++)
		add(pairs, analysis__at(a, i), analysis__at(b, i));
	return err;
}

static void merge(struct flow_pairs *pairs, const struct placed_flow *a, size_t nr_a,
		  const struct placed_flow *b, size_t nr_b)
{
	size_t i = 0, j = 0;

	while (i < nr_a && j < nr_b) {
		if (a[i].ports == b[j].ports)
			add(pairs, a[i++].flow, b[j++].flow);
		else if (a[i].ports < b[j].ports)
			i++;
		else
			j++;
	}
}

int flow_pairs__by_ports(struct flow_pairs *pairs, const struct analysis *a,
			 const struct analysis *b)
{
	size_t nr_a = analysis__count(a), nr_b = analysis__count(b);
	struct placed_flow *placed_a = place(a), *placed_b = place(b);
	int err = make_room(pairs, nr_a, nr_b);

	if (!placed_a || !placed_b)
		err = -ENOMEM;
	if (!err)
		merge(pairs, placed_a, nr_a, placed_b, nr_b);
	free(placed_a);
	free(placed_b);
	return err;
}

void flow_pairs__free(struct flow_pairs *pairs)
{
	free(pairs->a);
	free(pairs->b);
	*pairs = (struct flow_pairs){};
}
