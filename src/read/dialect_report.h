/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages about files that a command cannot use: what they are and how to convert them. */
#ifndef SIFTR_READ_DIALECT_REPORT_H
#define SIFTR_READ_DIALECT_REPORT_H

#include <stddef.h>

#include "read/dialect.h"

/* What the user wanted to do with the file. */
enum dialect_use {
	DIALECT_TO_CHECK,
	DIALECT_TO_CONVERT,
	DIALECT_TO_ANALYSE,
	DIALECT_TO_PLOT,
	DIALECT_TO_REPAIR,
	DIALECT_TO_APPEND,
};

/* Room for the longest predicate of a file. */
#define DIALECT_IS_BYTES 128

/*
 * Writes a predicate of the file to `text`, such as "is compressed (gzip)", which has room for
 * DIALECT_IS_BYTES; returns `text`.
 */
const char *dialect_report__describe(const struct dialect *dialect, char text[DIALECT_IS_BYTES]);

/* Reports as an error what the file named `file` is, and how to convert it or what else to do. */
void dialect_report__error(const struct dialect *dialect, const char *file, enum dialect_use use);

/*
 * Whether a log of SIFTR's `version` may be appended to one that begins with `text`: that must be
 * empty or begin with a header of that version, which may be truncated. 0, or -EBADMSG, reported.
 */
int dialect_report__require(const char *text, size_t bytes, const char *path, const char *version);

#endif
