/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes to a file at some places of it. Whenever it stops, be it by SIGKILL,
 * the file is what it was or what it shall be, but for a torn end.
 */
#ifndef SIFTR_LOG_EDITS_H
#define SIFTR_LOG_EDITS_H

#include <stddef.h>
#include <linux/types.h>

/* `removed` bytes at `at` give way to `text`, which the edit owns. */
struct edit {
	__u64 at;
	__u64 removed;
	char *text;
	size_t bytes;
};

/* By place, none inside another. */
struct edits {
	struct edit *edits;
	size_t count, capacity;
};

/* Takes `text` over, also when it fails. 0 or -ENOMEM. */
int edits__add(struct edits *edits, struct edit edit);
void edits__free(struct edits *edits);

/*
 * Carries them out on the log `name` in the directory `directory_fd`, open and
 * locked as `fd`. An end is written in place; for changes before it the file is
 * copied and the copy put in its place, with the same owner and mode, locked as
 * *new_fd, the caller's to close (-1: it is the same file). All is synced. 0 or a
 * negative errno, and the file is as it was, less what had to be removed at its end.
 */
int edits__apply(const struct edits *edits, int directory_fd, const char *name, int fd,
		 int *new_fd);

#endif
