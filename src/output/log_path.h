/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path of a file that is written. Its directory is decided once and held open:
 * whatever is renamed or linked on the way to it later, the file, those before and
 * after it and its checkpoints stay in that directory.
 */
#ifndef SIFTR_OUTPUT_LOG_PATH_H
#define SIFTR_OUTPUT_LOG_PATH_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct log_path {
	const char *path;    /* as given, for messages; the caller's */
	const char *use;     /* what the file is for, "the log", for messages */
	const char *instead; /* NULL, or another way out for messages, set by the caller */
	const char *name;    /* in the directory; part of `path` */
	int directory_fd;    /* O_PATH: to look, open, rename and remove from */
	uid_t owner;	     /* of the directory */
	gid_t group;
};

/*
 * Finds the directory of `path` step by step. A symbolic link on the way is followed
 * only if it and its directory belong to root or this user; any other link could be
 * turned elsewhere by its owner, and is refused. 0 or a negative errno, reported.
 * log_path__close() after success.
 */
int log_path__find(struct log_path *found, const char *path, const char *use);

/* What has been closed, or is all zeros, is fine. */
void log_path__close(struct log_path *path);

/* lstat(2) of the name. 0 or a negative errno; says nothing. */
int log_path__stat(const struct log_path *path, struct stat *status);

/*
 * For root, whose process will go on as the directory's owner: gives the regular file
 * `fd`, which must be new, empty or a log, to that user, so that all files of a run are
 * the same user's. A file of somebody else's stays that. A failure is said, and changes
 * nothing.
 */
void log_path__give_to_owner(const struct log_path *path, int fd);

/* Whether the name stands for the file open as `fd`; false when that cannot be seen. */
bool log_path__is_at(const struct log_path *path, int fd);

#endif
