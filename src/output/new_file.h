/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that has no name, or one that nobody else has, until all of it is written:
 * only then it appears, in one step.
 */
#ifndef SIFTR_OUTPUT_NEW_FILE_H
#define SIFTR_OUTPUT_NEW_FILE_H

#include <sys/stat.h>

#define NEW_FILE_NAME_BYTES 48

struct new_file {
	int fd;
	int directory_fd;		/* the caller's */
	char name[NEW_FILE_NAME_BYTES]; /* "": it has none */
};

/* Makes one of mode 0600 in the directory. 0 or a negative errno. */
int new_file__open(struct new_file *file, int directory_fd);

/*
 * Brings it to the disk and gives it the name `name`, which takes the place of the file
 * `old` if that has this name still (-ESTALE), and of none if `old` is NULL (-EEXIST).
 * 0 or a negative errno.
 */
int new_file__publish(struct new_file *file, const char *name, const struct stat *old);

/* Lets go of the descriptor, and of the file if it was not published. */
void new_file__close(struct new_file *file);

#endif
