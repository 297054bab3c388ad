// SPDX-License-Identifier: BSD-2-Clause
#include "commands/rests.h"

#include <stdlib.h>

static int by_flow(const void *a, const void *b)
{
	const struct siftr_rest *first = a, *second = b;

	return first->flow < second->flow ? -1 : first->flow > second->flow;
}

void rests__note(struct rests *rests, struct run_counts *counts,
		 const struct siftr_record *const records[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct siftr_rest key = {.flow = records[i]->flow}, *found = NULL;

		if (records[i]->kind != SIFTR_KIND_REST)
			continue;
		counts->rests[records[i]->direction % SIFTR_DIRECTIONS]++;
		if (rests->count)
			found = bsearch(&key, rests->list, rests->count, sizeof(key), by_flow);
		if (found)
			found->weight = 0;
	}
}

void rests__read(struct rests *rests, const struct tracer *tracer)
{
	long count = tracer__read_rests(tracer, &rests->list);

	rests->count = count > 0 ? count : 0;
}
