/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counts of a footer, kept in a small file next to the log while it is written, so that
 * repair can write the footer of a killed run. The file is mapped: an update takes no system
 * call, and what was stored survives the process.
 */
#ifndef SIFTR_OUTPUT_CHECKPOINT_H
#define SIFTR_OUTPUT_CHECKPOINT_H

#include <linux/types.h>
#include <siftr/record.h>

#include "output/checkpoint_file.h"
#include "output/log_path.h"

struct checkpoint;

/*
 * Creates the checkpoint, with counts of 0, of a run that began at `begun` in the log `path`,
 * which must stay open as long. 0, or a negative errno and *out is NULL; unreported.
 */
int checkpoint__create(const struct log_path *path, struct siftr_time begun,
		       const struct checkpoint_run *run, struct checkpoint **out);

/* Adds a flow that may never get a line; stored by the next checkpoint__set(). Accepts NULL. */
void checkpoint__add_flow(struct checkpoint *checkpoint, const struct siftr_flow_key *flow);

/*
 * Stores the counts and the flows added so far. 0, or a negative errno once the file cannot
 * be written any more: its content is outdated then.
 */
int checkpoint__set(struct checkpoint *checkpoint, struct siftr_time now,
		    const struct checkpoint_counts *counts);

/* Frees the checkpoint; its file stays. Accepts NULL. */
void checkpoint__close(struct checkpoint *checkpoint);

/*
 * Frees the checkpoint and removes its file, which a log with its footer does not need. Accepts
 * NULL.
 */
void checkpoint__remove(struct checkpoint *checkpoint);

#endif
