// SPDX-License-Identifier: BSD-2-Clause
#include "commands/run_counts.h"

#include <string.h>

__u64 run_counts__lines(const struct run_counts *counts)
{
	return counts->lines[SIFTR_IN] + counts->lines[SIFTR_OUT];
}

void run_counts__read(const struct run_counts *counts, struct accounting *accounting)
{
	__u64 lost[SIFTR_DIRECTIONS];

	memset(accounting, 0, sizeof(*accounting));
	if (counts->is_final)
		accounting->kernel = counts->final;
	else
		counts->read_counters(counts->tracer, &accounting->kernel);
	writer__lost_lines(counts->writer, lost);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		accounting->lines[direction] =
			counts->lines[direction] - lost[direction] - counts->lost_log[direction];
		accounting->lost_log[direction] = counts->lost_log[direction];
		accounting->lost_output[direction] = lost[direction] + counts->no_flow[direction];
		accounting->after_end[direction] = counts->after_end[direction];
		accounting->rests[direction] = counts->rests[direction];
	}
	accounting->has_recorder = counts->recorder != NULL;
	if (counts->recorder)
		accounting->recorder = *recorder__counts(counts->recorder);
	accounting->kernel.of[SIFTR_IN][SIFTR_LOST_WEIGHT] += counts->lost_weight;
	accounting->flows = flows__count(counts->flows);
	accounting->ppl_changes = counts->ppl_changes;
	accounting->ppl_highest = counts->ppl_highest;
}

void run_counts__read_drained(const struct run_counts *counts, struct accounting *accounting)
{
	run_counts__read(counts, accounting);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		accounting->kernel.of[direction][SIFTR_RECORDS] =
			counts->lines[direction] + counts->no_flow[direction] +
			counts->after_end[direction] - counts->rests[direction] +
			recorder_counts__held(&accounting->recorder, direction);
}

void run_counts__lose_file(struct run_counts *counts, const __u64 lines_before[SIFTR_DIRECTIONS])
{
	struct accounting now;

	run_counts__read(counts, &now);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		counts->lost_log[direction] += now.lines[direction] - lines_before[direction];
}

void run_counts__end(struct run_counts *counts, const struct siftr_counters *kernel)
{
	counts->final = *kernel;
	counts->is_final = true;
}

static void note_missed(const char *name, __u64 missed, void *context)
{
	struct accounting *accounting = context;

	if (accounting->nr_hooks == ACCOUNTING_HOOKS_MAX)
		return;
	accounting->missed[accounting->nr_hooks].hook = name;
	accounting->missed[accounting->nr_hooks++].runs = missed;
}

void run_counts__add_programs(const struct programs *programs, struct accounting *accounting)
{
	programs__each_missed(programs, note_missed, accounting);
	accounting->coalesced_known = programs__counts_coalesced(programs);
	accounting->left_out = programs__left_out(programs);
	accounting->way = attach_way__type_name(programs__attach_type(programs));
	accounting->preemption = preemption__name(programs__preemption(programs));
	accounting->flow_storage = attach_way__storage_name(programs__flow_storage(programs));
}

__u64 run_counts__submitted(const struct siftr_counters *counters)
{
	__u64 records = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		records += counters->of[direction][SIFTR_RECORDS] +
			   counters->of[direction][SIFTR_FLOWS] +
			   counters->of[direction][SIFTR_RESTS] +
			   counters->of[direction][SIFTR_ENDS];
	return records;
}
