/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of files that are recognised by their first bytes. */
#ifndef SIFTR_READ_DIALECT_KIND_H
#define SIFTR_READ_DIALECT_KIND_H

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
	/* Tables of siftr-bpf, and others. */
	DIALECT_CSV,
	DIALECT_JSONL,
	DIALECT_TABLE, /* without columns that a table of siftr-bpf has */
	/* Logs without a header. */
	DIALECT_TTPROBE,
	DIALECT_TCP_PROBE,
	/* Files that are not logs. */
	DIALECT_PCAP,
	DIALECT_ZEROS,
	DIALECT_CHECKPOINT,
	DIALECT_UNKNOWN,
};

#endif
