/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of the checkpoints of a directory, which is read once for all runs of a log. Memory
 * grows with the directory.
 */
#ifndef SIFTR_REPAIR_CHECKPOINT_LIST_H
#define SIFTR_REPAIR_CHECKPOINT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "output/checkpoint_file.h"

struct checkpoint_name {
	struct siftr_time begun;
	char *name;
};

struct checkpoint_list {
	int directory_fd;
	__u32 directory_owner;
	struct checkpoint_name *names; /* sorted by time */
	size_t nr_names, names_capacity;
	__u64 *inodes; /* inode numbers of all files of the directory, sorted */
	size_t nr_inodes, inodes_capacity;
};

/*
 * Reads the directory `directory_fd`, which the caller closes after the last use of the list. 0 or
 * a negative errno; call checkpoint_list__free() in both cases.
 */
int checkpoint_list__read(struct checkpoint_list *list, int directory_fd);
void checkpoint_list__free(struct checkpoint_list *list);

/*
 * Name of the next checkpoint of a run that began at `begun`, owned by the list; NULL after
 * the last. *position is 0 before the first call.
 */
const char *checkpoint_list__next(const struct checkpoint_list *list, struct siftr_time begun,
				  size_t *position);

/* Whether a file of the directory is the log of `run`, with its inode and its header. */
bool checkpoint_list__has_log(const struct checkpoint_list *list, const struct checkpoint_run *run);

#endif
