/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens a file to be written so that no other user can redirect it to another file, and only
 * one process writes it at a time.
 */
#ifndef SIFTR_OUTPUT_SECURE_OPEN_H
#define SIFTR_OUTPUT_SECURE_OPEN_H

#include "output/log_path.h"

/*
 * Opens `path` with the open(2) `flags` (access mode, O_APPEND, O_CREAT), a new file with mode
 * 0640, and locks it. Rejects symbolic links, files with several hard links, anything that is
 * neither a regular file nor a character device, world-writable directories, and files that
 * another process has locked (-EBUSY); these are not changed. Does not block. Returns a
 * descriptor, which the caller closes, or a negative errno, reported.
 */
int secure_open__open(const struct log_path *path, int flags);

/* Rejects a world-writable directory of `path`. 0 or a negative errno, reported. */
int secure_open__check_directory(const struct log_path *path);

/*
 * Locks the file `fd` until secure_open__unlock(), or until the descriptor and its duplicates are
 * closed. 0, -EBUSY if another process writes it, or a negative errno of flock(2), unreported.
 */
int secure_open__lock(int fd);
void secure_open__unlock(int fd);

#endif
