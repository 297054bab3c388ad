/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checkpoint of the current file: what its footer would be if the run ended now, so that
 * repair can write it after a kill. Records that are still in a ring count for this file.
 */
#ifndef SIFTR_COMMANDS_LOG_CHECKPOINT_H
#define SIFTR_COMMANDS_LOG_CHECKPOINT_H

#include <stdbool.h>

#include "accounting/accounting.h"
#include "output/checkpoint.h"

struct log_checkpoint {
	struct checkpoint *file;	/* NULL: there is none */
	struct checkpoint_counts kept;	/* the counts stored last */
	struct siftr_counters counters; /* counters of the BPF programs at the last update */
	bool is_changing;		/* the counts had changed at the last update */
};

/*
 * Creates the checkpoint of `run`, which began at `begun` in the log `path`. With a negative errno
 * `err`, by which the preparation failed, creates none. Either failure is reported as a notice, and
 * there is no checkpoint then.
 */
void log_checkpoint__begin(struct log_checkpoint *checkpoint, const struct log_path *path,
			   struct siftr_time begun, const struct checkpoint_run *run, int err);

/* Keeps `kernel` in `counters` without storing anything. */
void log_checkpoint__keep(struct log_checkpoint *checkpoint, const struct siftr_counters *kernel);

/*
 * Stores the counts of `part`, the accounting of the current file alone, if they have changed.
 * Keeps `kernel`, the BPF programs' counters of the whole run, in `counters`. Takes no system call
 * unless storing fails: then reports that about `log_name` and removes the checkpoint, which would
 * be outdated. Does nothing without a checkpoint.
 */
void log_checkpoint__update(struct log_checkpoint *checkpoint, struct siftr_time now,
			    const struct accounting *part, const struct siftr_counters *kernel,
			    const char *log_name);

/*
 * Closes the checkpoint, if there is one. `remove` also removes its file, for example when the log
 * has its footer, so that repair does not need the counts.
 */
void log_checkpoint__end(struct log_checkpoint *checkpoint, bool remove);

/* Adds the flows that the records list, if there is a checkpoint. */
void log_checkpoint__add_flows(const struct log_checkpoint *checkpoint,
			       const struct siftr_record *const records[], size_t count);

#endif
