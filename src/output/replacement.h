/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file whose content is replaced in one step: a new file is written, synced and renamed
 * over it. A device, or a file whose directory takes no file from the user that this process
 * will be, is written in place.
 */
#ifndef SIFTR_OUTPUT_REPLACEMENT_H
#define SIFTR_OUTPUT_REPLACEMENT_H

#include <stddef.h>
#include <sys/stat.h>

#include "output/log_path.h"

struct replacement {
	const struct log_path *path;
	int fd;	     /* written in place; -1: replaced by rename */
	mode_t mode; /* of the file to be replaced; 0: there is none */
};

/*
 * Checks whether `path`, which must stay open, can be replaced by `user`, the user that this
 * process will be then; rejects what secure_open__open() rejects. If the directory or the file
 * belongs to another user, the file is opened, or created, now. 0 or a negative errno, reported.
 */
int replacement__prepare(struct replacement *replacement, const struct log_path *path, uid_t user);

/* Replaces the content. 0 or a negative errno, unreported. */
int replacement__write(const struct replacement *replacement, const char *text, size_t bytes);

/* Accepts one that was never prepared, all zeros. */
void replacement__close(struct replacement *replacement);

#endif
