/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The place in the file system where a log stands: opened so that nobody else
 * can choose what is written to, and by one process at a time.
 */
#ifndef SIFTR_OUTPUT_SECURE_OPEN_H
#define SIFTR_OUTPUT_SECURE_OPEN_H

#include "output/log_path.h"

/*
 * Opens the file `path` with the open(2) `flags` (access mode, O_APPEND, O_CREAT;
 * what safety asks for is added), a new file with mode 0640, and locks it. Refused
 * are a symbolic link, a file with further hard links, what is neither a regular
 * file nor a character device, a directory everybody may write to, and a log that
 * somebody else has locked (-EBUSY). Does not block and changes no file that it
 * refuses. Returns a descriptor, the caller's to close, or a negative errno, reported.
 */
int secure_open__open(const struct log_path *path, int flags);

/* Whether a file may be made in the directory of `path`: 0 or a negative errno, reported. */
int secure_open__judge_directory(const struct log_path *path);

/*
 * Locks the log behind `fd` until the descriptor and its copies are closed. 0, or
 * -EBUSY when another process writes it, or the errno of flock(2); says nothing.
 */
int secure_open__lock(int fd);
void secure_open__unlock(int fd);

#endif
