/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that gets its content in one step, when the content is ready: until then it
 * is what it was. It is written beside under a name that nobody else has, synced, and
 * renamed. What cannot be renamed to, a device, is written to.
 */
#ifndef SIFTR_OUTPUT_REPLACEMENT_H
#define SIFTR_OUTPUT_REPLACEMENT_H

#include <stddef.h>
#include <sys/stat.h>

#include "output/log_path.h"

struct replacement {
	const struct log_path *path;
	int fd;	     /* what is written in place; -1: the file will be written beside */
	mode_t mode; /* of the file that is replaced, 0: there is none */
};

/*
 * Finds out whether `path`, which must stay open, can be replaced by `user`, whom this
 * process will be then, and refuses what secure_open__open() would. Where the directory or
 * the file is another user's, the file is opened now, made if it is not there, and
 * written in one go at the end. 0 or a negative errno, reported.
 */
int replacement__prepare(struct replacement *replacement, const struct log_path *path, uid_t user);

/* Puts the content in place. 0 or a negative errno; says nothing. */
int replacement__write(const struct replacement *replacement, const char *text, size_t bytes);

/* What was never prepared, all zeros, is fine. */
void replacement__close(struct replacement *replacement);

#endif
