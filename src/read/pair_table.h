/* SPDX-License-Identifier: BSD-2-Clause */
/* The pairs of the headers and footers of each version of SIFTR, in their order. */
#ifndef SIFTR_READ_PAIR_TABLE_H
#define SIFTR_READ_PAIR_TABLE_H

#include "read/siftr_version.h"

enum pair_kind {
	PAIR_SECONDS,
	PAIR_MICROSECONDS,
	PAIR_VERSION,
	PAIR_VERSION_1_2,
	PAIR_POSITIVE,
	PAIR_NAME,
	PAIR_NUMBER,
	PAIR_IPMODE,
	PAIR_COUNT,
};

/* The pairs of a footer before the flow list, in the order of SIFTR 1.3.0. */
enum footer_pair {
	FOOTER_SECONDS,
	FOOTER_MICROSECONDS,
	FOOTER_IN_PACKETS,
	FOOTER_OUT_PACKETS,
	FOOTER_PACKETS,
	FOOTER_IN_SKIPPED_MALLOC,
	FOOTER_OUT_SKIPPED_MALLOC,
	FOOTER_IN_SKIPPED_TCPCB,
	FOOTER_OUT_SKIPPED_TCPCB,
	FOOTER_IN_SKIPPED_INPCB,
	FOOTER_OUT_SKIPPED_INPCB,
	FOOTER_SKIPPED,
	FOOTER_COUNTS, /* number of the above */
};

/* The pairs of a header. */
enum header_pair {
	HEADER_SECONDS,
	HEADER_MICROSECONDS,
	HEADER_VERSION,
	HEADER_NAME,
	HEADER_NUMBER,
	HEADER_IPMODE,
	HEADER_HZ,
	HEADER_RTT_SCALE,
};

struct pair {
	const char *key;
	enum pair_kind kind;
	unsigned int place; /* index of its value: enum header_pair or footer_pair */
};

struct pair_table {
	const struct pair *pairs;
	unsigned int nr_pairs;
};

/* The number of pairs of the longest table. */
#define PAIR_TABLE_MAX 14

extern const struct pair_table pair_table__header[SIFTR_VERSIONS];
/* The pairs of a footer, without the last one, the flow list. */
extern const struct pair_table pair_table__footer[SIFTR_VERSIONS];

#endif
