/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that appears in a directory only when it is complete: unnamed or under a temporary
 * name while it is written, then published or renamed in one step.
 */
#ifndef SIFTR_OUTPUT_NEW_FILE_H
#define SIFTR_OUTPUT_NEW_FILE_H

#include <sys/stat.h>

#define NEW_FILE_NAME_BYTES 48

struct new_file {
	int fd;
	int directory_fd;		/* owned by the caller */
	char name[NEW_FILE_NAME_BYTES]; /* temporary; "": unnamed or published */
};

/*
 * Creates a file of mode 0600 in the directory: unnamed where possible, else under a temporary
 * name. 0 or a negative errno, unreported. Call new_file__close() on success and on failure.
 */
int new_file__open(struct new_file *file, int directory_fd);

/*
 * Creates a file of mode `mode` under a temporary name, for new_file__replace(). 0 or a negative
 * errno, unreported. Call new_file__close() on success and on failure.
 */
int new_file__open_named(struct new_file *file, int directory_fd, mode_t mode);

/*
 * Syncs the file and its directory and names it `name`. If `old` is the status of the file that has
 * this name, that file is replaced, with -ESTALE if `name` is another file by now. If `old` is
 * NULL, `name` must not exist, else -EEXIST. 0 or a negative errno, unreported.
 */
int new_file__publish(struct new_file *file, const char *name, const struct stat *old);

/*
 * Syncs a named file and renames it to `name`, replacing what has that name. Uses renameat(2)
 * only, as the sandbox permits no linkat(2). 0 or a negative errno, unreported.
 */
int new_file__replace(struct new_file *file, const char *name);

/*
 * Closes the descriptor, if it is open, and removes the temporary name, if the file still has one.
 */
void new_file__close(struct new_file *file);

#endif
