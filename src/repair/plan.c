// SPDX-License-Identifier: BSD-2-Clause
#include "repair/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int plan__add_used_checkpoint(struct plan *plan, const char *name)
{
	size_t bytes = strlen(name) + 1;
	char *larger = realloc(plan->used_checkpoints, plan->used_bytes + bytes);

	if (!larger)
		return -ENOMEM;
	memcpy(larger + plan->used_bytes, name, bytes);
	plan->used_checkpoints = larger;
	plan->used_bytes += bytes;
	return 0;
}

struct plan_run *plan__add_run(struct plan *plan)
{
	if (plan->nr_runs == PLAN_RUNS_MAX) {
		plan->more_runs++;
		plan->unlisted = (struct plan_run){};
		return &plan->unlisted;
	}
	if (plan->nr_runs == plan->runs_capacity) {
		size_t capacity = plan->runs_capacity ? 2 * plan->runs_capacity : 8;
		struct plan_run *larger = realloc(plan->runs, capacity * sizeof(*larger));

		if (!larger)
			return NULL;
		plan->runs = larger;
		plan->runs_capacity = capacity;
	}
	plan->runs[plan->nr_runs] = (struct plan_run){};
	return &plan->runs[plan->nr_runs++];
}

void plan__remove_checkpoints(const struct plan *plan, int directory_fd)
{
	const char *names = plan->used_checkpoints;

	for (size_t at = 0; at < plan->used_bytes; at += strlen(names + at) + 1)
		unlinkat(directory_fd, names + at, 0);
}

void plan__free(struct plan *plan)
{
	file_patch__free(&plan->edits);
	free(plan->runs);
	free(plan->used_checkpoints);
	*plan = (struct plan){.edits.copy.fd = -1};
}
