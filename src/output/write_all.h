/* SPDX-License-Identifier: BSD-2-Clause */
/* write(2) until everything is written, for regular files and devices. */
#ifndef SIFTR_OUTPUT_WRITE_ALL_H
#define SIFTR_OUTPUT_WRITE_ALL_H

#include <stddef.h>

/*
 * Writes `bytes` of `text`; continues after a signal and after a short write. 0 or a negative
 * errno, unreported; part of the text may have been written then. Pipes and terminals need
 * output__write(), which waits for their reader.
 */
int write_all(int fd, const char *text, size_t bytes);

#endif
