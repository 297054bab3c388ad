/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the checkpoint that a killed run left. */
#ifndef SIFTR_REPAIR_CHECKPOINT_LOAD_H
#define SIFTR_REPAIR_CHECKPOINT_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "output/checkpoint_file.h"
#include "repair/checkpoint_list.h"

/* The contents of a checkpoint. Free `flows` with checkpoint_load__free(). */
struct checkpoint_data {
	struct siftr_time time;
	struct checkpoint_counts counts;
	struct siftr_flow_key *flows;
	size_t nr_flows;
	__u64 flows_missing; /* flows that are not listed or cannot be read */
};

enum checkpoint_state {
	CHECKPOINT_GOOD,
	CHECKPOINT_NONE,
	CHECKPOINT_OTHER,   /* belongs to another log or another run */
	CHECKPOINT_DAMAGED, /* cannot be read, or has no valid slot */
	CHECKPOINT_FOREIGN, /* owned by neither root, this user, nor the log's or directory's owner
			     */
};

/*
 * Finds and reads the checkpoint of `run`, which began at `begun`, of a log owned by the user
 * `owner`, whatever the log is called now. A run is identified by its header and the header's
 * offset; a different inode is accepted, as after restoring both files from a backup, unless the
 * directory also has the log with the checkpoint's inode. Returns the checkpoint's state or a
 * negative errno; *name is its name, owned by the list, or NULL if there is none. Call
 * checkpoint_load__free() in each case.
 */
int checkpoint_load__find(const struct checkpoint_list *list, const struct checkpoint_run *run,
			  struct siftr_time begun, __u32 owner, struct checkpoint_data *data,
			  const char **name);

/*
 * Reads from the checkpoint `name` which run it belongs to; false if it is unreadable or damaged.
 */
bool checkpoint_load__run(int directory_fd, const char *name, struct checkpoint_run *run);

void checkpoint_load__free(struct checkpoint_data *data);

#endif
