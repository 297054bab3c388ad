/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways from records, or from lines with known columns, to bytes in an output: the program's,
 * the naive one, and lower bounds of both.
 */
#ifndef SIFTR_BENCH_WAYS_H
#define SIFTR_BENCH_WAYS_H

#include "stand.h"

struct way {
	const char *name;
	void (*prepare)(struct stand *stand); /* not timed */
	void (*run)(struct stand *stand);
	int makes_text; /* the output must equal the naive way's */
};

enum way_id {
	WAY_TEXT,	 /* the product's formatter and writer, columns known */
	WAY_NAIVE_TEXT,	 /* fprintf and inet_ntop, columns known */
	WAY_MEMCPY,	 /* the product's text, copied line by line */
	WAY_WHOLE,	 /* the product from ring to output */
	WAY_SUMMARY,	 /* the same with the table of --summary */
	WAY_FLOWS,	 /* the product from ring to flows, without output */
	WAY_NAIVE_WHOLE, /* libbpf's loop, then fprintf and inet_ntop */
	WAY_WRITE,	 /* bare write(2) of as many bytes */
	WAYS
};

extern const struct way ways[WAYS];

/*
 * Runs every way that makes text on the same records and exits unless all wrote
 * the same bytes. Keeps the text in the stand, for the ways that only copy it.
 */
void ways__check(struct stand *stand);

#endif
