/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path of a file that is written. Its directory is looked up once and kept open, so that
 * the file, its old files and its checkpoints stay in one directory even if a parent directory
 * is renamed or a link changes.
 */
#ifndef SIFTR_OUTPUT_LOG_PATH_H
#define SIFTR_OUTPUT_LOG_PATH_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct log_path {
	const char *path;    /* the path as given, for messages; owned by the caller */
	const char *use;     /* what the file is for, "the log", for messages */
	const char *instead; /* NULL, or an alternative for messages; set by the caller */
	const char *name;    /* name in the directory, the end of `path` */
	int directory_fd;    /* descriptor of the directory, opened with O_PATH */
	uid_t owner;	     /* owner of the directory */
	gid_t group;
};

/*
 * Opens the directory of `path` component by component. A symbolic link is followed only if the
 * link and its directory belong to root or this user, and not everybody may replace names in the
 * directory: another user could redirect the link. `use` says in messages what the file is for;
 * both texts are kept, not copied. 0 or a negative errno, reported. Call log_path__close() after
 * success.
 */
int log_path__find(struct log_path *found, const char *path, const char *use);

/* Closes the directory. Accepts a closed path and all zeros. */
void log_path__close(struct log_path *path);

/* lstat(2) of the name. 0 or a negative errno, unreported. */
int log_path__stat(const struct log_path *path, struct stat *status);

/*
 * For root, whose process usually becomes the directory's owner: changes the owner of the regular
 * file `fd`, which must be new, empty or a log, from root to that user, so that one user owns
 * all files of a run. A failure is only reported.
 */
void log_path__give_to_owner(const struct log_path *path, int fd);

/* Whether the path names the file open as `fd`; false if that cannot be determined. */
bool log_path__is_at(const struct log_path *path, int fd);

#endif
