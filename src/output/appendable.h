/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a file is a log that a run may be appended to. */
#ifndef SIFTR_OUTPUT_APPENDABLE_H
#define SIFTR_OUTPUT_APPENDABLE_H

#include <stdbool.h>

#include "format/format.h"

/*
 * Whether lines of `format` may be appended to the regular file `fd`, which is not empty: the
 * format must allow several runs in a file, the file must begin as that format does, if only with
 * part of its header, and it must be compressed by zstd if `is_zstd` and otherwise not. `path` is
 * for messages. 0, or a negative errno, reported: -EBADMSG for any other file.
 */
int appendable__require(int fd, const char *path, const struct format *format, bool is_zstd);

#endif
