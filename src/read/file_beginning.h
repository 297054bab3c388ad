/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the first bytes of a file that is open, without moving its offset. */
#ifndef SIFTR_READ_FILE_BEGINNING_H
#define SIFTR_READ_FILE_BEGINNING_H

#include <stddef.h>

/*
 * At most `max` bytes. A descriptor that is only for writing is reopened. 0 or a negative errno;
 * -ESPIPE for a pipe.
 */
int file_beginning__read(int fd, char *text, size_t max, size_t *bytes);

/*
 * Opens the file of a descriptor, which may be for writing only, for reading. The caller closes it.
 * A descriptor or a negative errno.
 */
int file_beginning__reader(int fd);

#endif
