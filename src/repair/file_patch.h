/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits of a file, applied to the file itself or to a copy. Atomic: whenever interrupted, the
 * file has its old or its new content, except for a possibly truncated end. Memory does not grow
 * with the number of edits.
 */
#ifndef SIFTR_REPAIR_FILE_PATCH_H
#define SIFTR_REPAIR_FILE_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "output/new_file.h"

/* Replaces `removed` bytes at offset `at` by `text`, which is malloc()ed and owned by the edit. */
struct file_patch_edit {
	__u64 at;
	__u64 removed;
	char *text;
	size_t bytes;
};

struct file_patch {
	int fd;		  /* the file, which the caller closes */
	int directory_fd; /* the directory of a copy, which the caller closes */
	bool has_last;
	/*
	 * The edit added last. It is not in the copy yet, because no copy is needed if it is the
	 * only edit and at the end of the file.
	 */
	struct file_patch_edit last;
	struct new_file copy;
	bool copying;
	__u64 copied; /* offset in the file up to which the copy is complete */
};

/*
 * Begins to collect edits of the file `fd`; if a copy is needed, it is made in the directory
 * `directory_fd`. The caller closes both. Nothing is changed before file_patch__apply(). Call
 * file_patch__free() at the end.
 */
void file_patch__init(struct file_patch *patch, int fd, int directory_fd);

/*
 * Adds an edit, which must be after the earlier ones in the file. Takes `text` over, also on
 * failure. 0 or a negative errno.
 */
int file_patch__add(struct file_patch *patch, struct file_patch_edit edit);

/*
 * Applies the edits to the file, which must be locked and is called `name` in the directory, and
 * syncs it. A single edit at the end of the file is made in place. Otherwise a copy takes over the
 * file's name, owner and mode; *new_fd is the copy, locked, the caller's to close (-1: no copy). 0,
 * or a negative errno: the file is unchanged except for bytes removed at its end.
 */
int file_patch__apply(struct file_patch *patch, const char *name, int *new_fd);

/*
 * Leaves the file alone and writes the edited copy `name`, synced. 0 or a negative errno, -EEXIST
 * if that file exists; on failure there is no copy.
 */
int file_patch__write(struct file_patch *patch, const char *name);

void file_patch__free(struct file_patch *patch);

#endif
