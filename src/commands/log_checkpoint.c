// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_checkpoint.h"

#include <string.h>

#include "report/report.h"

void log_checkpoint__begin(struct log_checkpoint *checkpoint, const struct log_path *path,
			   struct siftr_time begun, const struct checkpoint_run *run, int err)
{
	*checkpoint = (struct log_checkpoint){};
	if (!err)
		err = checkpoint__create(path, begun, run, &checkpoint->file);
	if (err)
		report_notice("no checkpoint next to %s: if this run is killed, its log cannot be "
			      "repaired in full: %s",
			      path->path, strerror(-err));
}

static void count(const struct accounting *part, struct checkpoint_counts *counts)
{
	accounting__totals(part, &counts->totals);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		counts->due[direction] = part->kernel.of[direction][SIFTR_RECORDS] -
					 part->lost_output[direction] - part->after_end[direction] -
					 recorder_counts__held(&part->recorder, direction);
}

void log_checkpoint__keep(struct log_checkpoint *checkpoint, const struct siftr_counters *kernel)
{
	checkpoint->counters = *kernel;
	checkpoint->is_changing = false;
}

void log_checkpoint__update(struct log_checkpoint *checkpoint, struct siftr_time now,
			    const struct accounting *part, const struct siftr_counters *kernel,
			    const char *log_name)
{
	struct checkpoint_counts counts;
	int err;

	if (!checkpoint->file)
		return;
	checkpoint->counters = *kernel;
	count(part, &counts);
	checkpoint->is_changing = memcmp(&counts, &checkpoint->kept, sizeof(counts)) != 0;
	if (!checkpoint->is_changing)
		return;
	checkpoint->kept = counts;
	err = checkpoint__set(checkpoint->file, now, &counts);
	if (!err)
		return;
	report_notice(
		"the checkpoint next to %s cannot be written any more: if this run is killed, "
		"its log cannot be repaired in full: %s",
		log_name, strerror(-err));
	/*
	 * Remove a checkpoint that cannot be updated any more: repair would trust its outdated
	 * counts.
	 */
	log_checkpoint__end(checkpoint, true);
}

void log_checkpoint__end(struct log_checkpoint *checkpoint, bool remove)
{
	if (remove)
		checkpoint__remove(checkpoint->file);
	else
		checkpoint__close(checkpoint->file);
	*checkpoint = (struct log_checkpoint){};
}

void log_checkpoint__add_flows(const struct log_checkpoint *checkpoint,
			       const struct siftr_record *const records[], size_t count)
{
	if (!checkpoint->file)
		return;
	for (size_t i = 0; i < count; i++)
		if (records[i]->kind == SIFTR_KIND_LISTED)
			checkpoint__add_flow(checkpoint->file, &records[i]->key);
}
