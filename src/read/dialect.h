/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a file is, told by its beginning: a SIFTR 1.3.0 log, another version or
 * form of one, or something else. Looks at DIALECT_BYTES of it, never at more.
 */
#ifndef SIFTR_READ_DIALECT_H
#define SIFTR_READ_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

/* A header and several lines behind it. */
#define DIALECT_BYTES	      4096
#define DIALECT_VERSION_BYTES 8

enum dialect_kind {
	/* What siftr-bpf check reads line by line. */
	DIALECT_EMPTY,
	DIALECT_SIFTR,		    /* begins with a right header of SIFTR 1.3.0 */
	DIALECT_TRUNCATED_HEADER,   /* ends within its first line, the beginning of a header */
	DIALECT_DAMAGED,	    /* begins with anything else, but SIFTR lines follow */
	DIALECT_DATA_BEFORE_HEADER, /* data lines, and the header not far behind them */
	DIALECT_NO_HEADER,	    /* data lines or a footer, and no header near */
	/* What has to be converted first. */
	DIALECT_GZIP,
	DIALECT_ZSTD,
	DIALECT_XZ,
	DIALECT_BZIP2,
	DIALECT_LZ4,
	DIALECT_CR_LF,
	DIALECT_BYTE_ORDER_MARK, /* of UTF-8 */
	DIALECT_UTF_16,
	DIALECT_SPACES, /* where TABs should be */
	/* Logs with other columns. */
	DIALECT_SIFTR_1_2,
	DIALECT_SIFTR_2,
	DIALECT_SIFTR_2_BINARY,
	DIALECT_FORK_30, /* 30 columns under the version number 1.3.0 */
	DIALECT_OTHER_VERSION,
	/* No logs. */
	DIALECT_PCAP,
	DIALECT_ZEROS,
	DIALECT_CHECKPOINT,
	DIALECT_UNKNOWN,
};

struct dialect {
	enum dialect_kind kind;
	char version[DIALECT_VERSION_BYTES]; /* siftrver, printable; "" where there is none */
};

/*
 * Of the first `bytes` of a file, or of a run from its header on; they need not
 * be all of it. A header alone is taken for 1.3.0 where its siftrver says so.
 */
struct dialect dialect__of(const char *text, size_t bytes);

/*
 * Whether text begins with data lines that stand before the header of a run, as FreeBSD's
 * SIFTR may write them: its hooks are in place before its header.
 */
bool dialect__is_data_before_header(const char *text, size_t bytes);

/*
 * The same as dialect__of() of a file, without moving its offset. A descriptor that cannot be read
 * is opened again by way of /proc. 0, or a negative errno; a pipe is -ESPIPE.
 */
int dialect__of_file(int fd, struct dialect *dialect);

/* Whether lines can be told apart as those of SIFTR 1.3.0; true of an empty file. */
bool dialect__is_supported(const struct dialect *dialect);

#endif
