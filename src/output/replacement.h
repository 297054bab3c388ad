/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a file beside the log, such as the packet accounting, so that its content is replaced in
 * one step: a new file is written, synced and renamed over it. It is written in place if it is a
 * device, or if it or its directory does not belong to the unprivileged user that the process will
 * be when it writes; if it does not exist yet, the directory counts only when root starts the
 * process.
 */
#ifndef SIFTR_OUTPUT_REPLACEMENT_H
#define SIFTR_OUTPUT_REPLACEMENT_H

#include <stddef.h>
#include <sys/stat.h>

#include "output/log_path.h"

struct replacement {
	const struct log_path *path;
	int fd;	     /* descriptor of a file written in place; -1: replaced by rename */
	mode_t mode; /* mode of the file to be replaced; 0: there is none */
};

/*
 * Checks whether the file `path` can be replaced by `user`, the user that this process will be when
 * it writes; rejects what secure_open__open() rejects. If the directory or the file belongs to
 * another user, the file is opened, or created, now, and will be written in place. `path` is kept:
 * it must not be closed before replacement__close(). 0 or a negative errno, reported.
 */
int replacement__prepare(struct replacement *replacement, const struct log_path *path, uid_t user);

/*
 * Replaces the content of the file by `text`; may be called again. 0 or a negative errno,
 * unreported.
 */
int replacement__write(const struct replacement *replacement, const char *text, size_t bytes);

/* Closes the file. Accepts a replacement that was never prepared, all zeros. */
void replacement__close(struct replacement *replacement);

#endif
