/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plans the repair of a log that --compress zstd has written and a killed run has left: its
 * incomplete frame is removed, and the seek table written. Changes nothing.
 */
#ifndef SIFTR_REPAIR_COMPRESSED_LOG_H
#define SIFTR_REPAIR_COMPRESSED_LOG_H

#include <stdbool.h>
#include <linux/types.h>

#include "repair/file_patch.h"

struct compressed_log {
	struct file_patch edits;
	__u64 frames;	  /* complete ones, without the seek table */
	__u64 removed;	  /* bytes of an incomplete frame, which will be removed */
	bool needs_table; /* a seek table will be written */
	bool wrong_table; /* the file has a wrong one, which will be replaced */
};

/*
 * Reads which frames the file `fd` has; a copy, if one is needed, will be made in the directory
 * `copy_fd`. Do not close the two before compressed_log__free(), which must be called in each case.
 * 0, or a negative errno: -EBADMSG if the file has no complete frame, or anything but frames as
 * siftr-bpf writes them.
 */
int compressed_log__plan(struct compressed_log *log, int fd, int copy_fd);
/* Frees the plan, and removes a copy that was not completed. */
void compressed_log__free(struct compressed_log *log);

#endif
