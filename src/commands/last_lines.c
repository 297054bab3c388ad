// SPDX-License-Identifier: BSD-2-Clause
#include "commands/last_lines.h"

#include <stdlib.h>

/* A record with the group `sample` behind its fields, where it has the only block. */
struct rest_record {
	struct siftr_record record;
	char blocks[SIFTR_GROUPS_BYTES];
};

static void log_rest(struct session *session, const struct siftr_rest *rest, __u64 now_ns)
{
	struct rest_record one = {
		.record = {.time_ns = now_ns,
			   .flow = rest->flow,
			   .direction = (__u8)(rest->direction % SIFTR_DIRECTIONS),
			   .kind = SIFTR_KIND_REST},
	};
	const struct siftr_record *record = &one.record;
	struct siftr_sample_group *block = (void *)((char *)&one + session->rows.sample_offset);

	block->weight = rest->weight;
	block->ppl = session->ppl;
	session__log(session, &record, 1);
}

void last_lines__log(struct session *session, __u64 now_ns)
{
	struct siftr_rest *list = session->rests.list;
	size_t count = session->rests.count;

	session->rests = (struct rests){};
	for (size_t i = 0; i < count && !session__is_over(session); i++) {
		if (!list[i].weight)
			continue;
		if (list[i].flow)
			log_rest(session, &list[i], now_ns);
		else
			session->counts.lost_weight += list[i].weight;
	}
	free(list);
}
