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
	counts->read_counters(counts->tracer, &accounting->kernel);
	writer__lost_lines(counts->writer, lost);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		accounting->lines[direction] =
			counts->lines[direction] - lost[direction] - counts->lost_log[direction];
		accounting->lost_log[direction] = counts->lost_log[direction];
		accounting->lost_output[direction] = lost[direction] + counts->no_flow[direction];
		accounting->after_end[direction] = counts->after_end[direction];
	}
	accounting->flows = flows__count(counts->flows);
}

void run_counts__read_drained(const struct run_counts *counts, struct accounting *accounting)
{
	run_counts__read(counts, accounting);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		accounting->kernel.of[direction][SIFTR_RECORDS] = counts->lines[direction] +
								  counts->no_flow[direction] +
								  counts->after_end[direction];
}

void run_counts__lose_file(struct run_counts *counts, const __u64 lines_before[SIFTR_DIRECTIONS])
{
	struct accounting now;

	run_counts__read(counts, &now);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		counts->lost_log[direction] += now.lines[direction] - lines_before[direction];
}

__u64 run_counts__submitted(const struct siftr_counters *counters)
{
	__u64 records = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		records += counters->of[direction][SIFTR_RECORDS] +
			   counters->of[direction][SIFTR_FLOWS];
	return records;
}
