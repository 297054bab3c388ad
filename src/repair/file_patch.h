/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes to a file at some places of it, or a copy with these changes. Whenever it
 * stops, be it by SIGKILL, the file is what it was or what it shall be, but for a
 * truncated end. Memory does not grow with the number of changes.
 */
#ifndef SIFTR_REPAIR_FILE_PATCH_H
#define SIFTR_REPAIR_FILE_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "output/new_file.h"

/* `removed` bytes at `at` give way to `text`, which the edit owns. */
struct file_patch_edit {
	__u64 at;
	__u64 removed;
	char *text;
	size_t bytes;
};

struct file_patch {
	int fd, directory_fd; /* the file, and where a copy is made; the caller's */
	bool has_last;
	struct file_patch_edit
		last; /* kept back: it may be the only one, and change the end alone */
	struct new_file copy;
	bool copying;
	__u64 copied; /* bytes of the file that the copy has, or lacks on purpose */
};

/*
 * For the file `fd`, which is looked at and not changed until file_patch__apply(). A copy, if
 * one has to be made, is made in `directory_fd`. file_patch__free() at the end.
 */
void file_patch__init(struct file_patch *edits, int fd, int directory_fd);

/* The next one, behind those before. Takes `text` over, also when it fails. 0 or a negative errno.
 */
int file_patch__add(struct file_patch *edits, struct file_patch_edit edit);

/*
 * Carries them out on the file, whose name in that directory is `name`; it must be locked. A change
 * of the end is written in place; for changes before it the copy takes the file's name, owner and
 * mode, locked as *new_fd, the caller's to close (-1: it is the same file). All is synced. 0 or a
 * negative errno, and the file is as it was, less what had to be removed at its end.
 */
int file_patch__apply(struct file_patch *edits, const char *name, int *new_fd);

/*
 * Leaves the file alone and makes the changed copy `name`, synced. 0 or a negative errno,
 * -EEXIST when there is such a file; then nothing is left of it.
 */
int file_patch__write(struct file_patch *edits, const char *name);

void file_patch__free(struct file_patch *edits);

#endif
