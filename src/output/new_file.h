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

/* Creates an unnamed file of mode 0600 where possible. 0 or a negative errno, unreported. */
int new_file__open(struct new_file *file, int directory_fd);

/* Creates a file under a temporary name, for new_file__replace(). 0 or a negative errno. */
int new_file__open_named(struct new_file *file, int directory_fd, mode_t mode);

/*
 * Syncs the file and its directory and names it `name`. With `old` it replaces that file, and
 * fails with -ESTALE if `name` is another file by now; without, -EEXIST if `name` exists.
 * 0 or a negative errno, unreported.
 */
int new_file__publish(struct new_file *file, const char *name, const struct stat *old);

/*
 * Syncs a named file and renames it to `name`, replacing what has that name. Uses renameat(2)
 * only, as the sandbox permits no linkat(2). 0 or a negative errno, unreported.
 */
int new_file__replace(struct new_file *file, const char *name);

/* Closes the descriptor; removes the file if it was not published. */
void new_file__close(struct new_file *file);

#endif
