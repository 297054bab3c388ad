/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recognises by the first bytes of a file whether it is a SIFTR 1.3.0 log, a log of another
 * version such as 1.2.4, a compressed log, or something else.
 */
#ifndef SIFTR_READ_DIALECT_H
#define SIFTR_READ_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a file that decide about its dialect: enough for a header and several lines after it. */
#define DIALECT_BYTES	      4096
#define DIALECT_VERSION_BYTES 8

enum dialect_kind {
	/* Supported dialects: SIFTR 1.3.0, and what may be a damaged log of it. */
	DIALECT_EMPTY,
	DIALECT_SIFTR,		    /* begins with a valid header of SIFTR 1.3.0 */
	DIALECT_TRUNCATED_HEADER,   /* ends within its first line, a header */
	DIALECT_DAMAGED,	    /* a malformed header, or SIFTR lines after something else */
	DIALECT_DATA_BEFORE_HEADER, /* data lines, followed by their header */
	DIALECT_NO_HEADER,	    /* data lines or a footer, without a header */
	/* Files whose text has to be converted, by siftr-bpf or its user, before it is read. */
	DIALECT_GZIP,
	DIALECT_ZSTD,
	DIALECT_XZ,
	DIALECT_BZIP2,
	DIALECT_LZ4,
	DIALECT_CR_LF,
	DIALECT_BYTE_ORDER_MARK, /* begins with the byte order mark of UTF-8 */
	DIALECT_UTF_16,
	DIALECT_SPACES, /* has spaces instead of TABs */
	/* Logs with other columns. */
	DIALECT_SIFTR_1_2,
	DIALECT_SIFTR_2,
	DIALECT_SIFTR_2_BINARY,
	DIALECT_FORK_30, /* 30 columns under the version number 1.3.0 */
	DIALECT_OTHER_VERSION,
	/* Tables of siftr-bpf. */
	DIALECT_CSV,
	DIALECT_JSONL,
	/* Files that are not logs. */
	DIALECT_PCAP,
	DIALECT_ZEROS,
	DIALECT_CHECKPOINT,
	DIALECT_UNKNOWN,
};

struct dialect {
	enum dialect_kind kind;
	char version[DIALECT_VERSION_BYTES]; /* printable part of the header's siftrver; "" if there
						is none */
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

/* Whether the log can be checked: a supported one, one of SIFTR 1.2.4 or one of siftr2 2.5. */
bool dialect__is_checkable(const struct dialect *dialect);

/* Whether the log can be converted: one that can be checked, or a table, csv or jsonl. */
bool dialect__is_readable(const struct dialect *dialect);

#endif
