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
	struct siftr_counters counters; /* counters of the BPF programs at that time */
	bool is_changing;		/* the counts had changed at the last update */
};

/* Creates the checkpoint of `run` in the log `path`. Failure, or `err`, is reported as a notice. */
void log_checkpoint__begin(struct log_checkpoint *checkpoint, const struct log_path *path,
			   struct siftr_time begun, const struct checkpoint_run *run, int err);

/*
 * Stores the counts of the current file if they have changed: `part` of the run, with `kernel`
 * as the counters of the whole run. Takes no system call. Without a checkpoint does nothing.
 */
void log_checkpoint__update(struct log_checkpoint *checkpoint, struct siftr_time now,
			    const struct accounting *part, const struct siftr_counters *kernel,
			    const char *log_name);

/*
 * Closes the checkpoint. Removes its file too if it is not needed any more, as for a log that has
 * its footer.
 */
void log_checkpoint__end(struct log_checkpoint *checkpoint, bool remove);

#endif
