/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checkpoint: the counts of a footer, kept in a small file next to the log while the log is
 * written, so that repair can write the footer of a killed run. The file is mapped: storing the
 * counts takes no system call, and what was stored survives the process.
 */
#ifndef SIFTR_OUTPUT_CHECKPOINT_H
#define SIFTR_OUTPUT_CHECKPOINT_H

#include <linux/types.h>
#include <siftr/record.h>

#include "output/checkpoint_file.h"
#include "output/log_path.h"

struct checkpoint;

/*
 * Creates the checkpoint file, with counts of 0, of the run `run` that began at `begun`, in the
 * directory of the log `path`, and handles SIGBUS from then on. The log's name is copied;
 * path->directory_fd is kept and must stay open until the checkpoint is closed. 0, or a negative
 * errno, unreported, and *out is NULL. Free *out with checkpoint__close() or checkpoint__remove().
 */
int checkpoint__create(const struct log_path *path, struct siftr_time begun,
		       const struct checkpoint_run *run, struct checkpoint **out);

/*
 * Adds to the list in the file a flow that may never get a line. Repair finds it there only after
 * the next checkpoint__set(), which stores the length of the list. Does nothing if `checkpoint` is
 * NULL.
 */
void checkpoint__add_flow(struct checkpoint *checkpoint, const struct siftr_flow_key *flow);

/*
 * Stores `counts`, the time `now` at which they were true, and how many flows have been added. 0,
 * or a negative errno once the file cannot be written any more: its content is outdated then.
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
