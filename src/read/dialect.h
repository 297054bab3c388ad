/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recognises by the first bytes of a file whether it is a SIFTR 1.3.0 log, a log of another
 * version such as 1.2.4, a compressed log, or something else.
 */
#ifndef SIFTR_READ_DIALECT_H
#define SIFTR_READ_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "read/dialect_kind.h"

/* Bytes of a file that decide about its dialect: enough for a header and several lines after it. */
#define DIALECT_BYTES	      4096
#define DIALECT_VERSION_BYTES 8

struct dialect {
	enum dialect_kind kind;
	char version[DIALECT_VERSION_BYTES]; /* printable part of the header's siftrver; "" if there
						is none */
	enum dialect_kind within; /* of DIALECT_CR_LF, what it is apart from the returns */
	unsigned int lacks;	  /* of DIALECT_TABLE, see line_kind__lacking() */
};

/*
 * Detects the dialect of a text that begins a file, or a run with its header. It need not be
 * complete; a header without further lines is DIALECT_SIFTR if its siftrver is 1.3.0.
 */
struct dialect dialect__of(const char *text, size_t bytes);

/*
 * Whether text begins with data lines that precede the header of their run. FreeBSD's SIFTR may
 * write them, as it registers its packet filter hooks before it writes the header.
 */
bool dialect__is_data_before_header(const char *text, size_t bytes);

/*
 * Detects the dialect of a file without moving its offset. A write-only descriptor is reopened
 * through /proc. 0 or a negative errno; -ESPIPE for a pipe.
 */
int dialect__of_file(int fd, struct dialect *dialect);

/* Whether the log can be repaired: SIFTR 1.3.0, damaged or not; true also of an empty file. */
bool dialect__is_supported(const struct dialect *dialect);

/* Whether it is a log of siftr2, text or binary, of any version. */
static inline bool dialect__is_siftr2(const struct dialect *dialect)
{
	return dialect->kind == DIALECT_SIFTR_2 || dialect->kind == DIALECT_SIFTR_2_BINARY;
}

/* Whether the log can be checked: a supported one, one of SIFTR 1.2.4 or one of siftr2 2.5. */
bool dialect__is_checkable(const struct dialect *dialect);

/*
 * Whether the log can be converted: one that can be checked, one of ttprobe or tcp_probe, or a
 * table, csv or jsonl.
 */
bool dialect__is_readable(const struct dialect *dialect);

/* What the file will be when the '\r' of each "\r\n" is removed: *dialect if it has none. */
struct dialect dialect__without_returns(const struct dialect *dialect);

#endif
