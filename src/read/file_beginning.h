/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the first bytes, or others, of a file that is open, without moving its offset. */
#ifndef SIFTR_READ_FILE_BEGINNING_H
#define SIFTR_READ_FILE_BEGINNING_H

#include <stddef.h>

#include <linux/types.h>

/*
 * Reads the first bytes, at most `max`, into `text`; *bytes is how many. The file of a write-only
 * descriptor is opened once more to be read. 0 or a negative errno; -ESPIPE for a pipe.
 */
int file_beginning__read(int fd, char *text, size_t max, size_t *bytes);

/*
 * Reads `max` bytes from `offset` on into `text`, or fewer at the end of the file; *bytes is how
 * many. 0 or a negative errno.
 */
int file_beginning__read_at(int fd, __u64 offset, char *text, size_t max, size_t *bytes);

/*
 * Opens the file of a descriptor, which may be write-only, once more for reading. Returns the new
 * descriptor, which the caller closes, or a negative errno.
 */
int file_beginning__reader(int fd);

#endif
