/* SPDX-License-Identifier: BSD-2-Clause */
/* The two sets of logs that diff compares, and what it compares of them at a time. */
#ifndef SIFTR_COMMANDS_DIFF_SIDES_H
#define SIFTR_COMMANDS_DIFF_SIDES_H

#include <stddef.h>

#include "analyse/summary.h"
#include "options/options.h"

struct analysis;

enum diff_side_name {
	DIFF_A,
	DIFF_B,
	DIFF_SIDES,
};

struct diff_side {
	const char *const *files;
	int nr_files;
	struct analysis *analysis;
};

/* All flows of the sides, or one pair. */
struct comparison {
	const struct flow_analysis *flows[DIFF_SIDES]; /* the pair; NULL: all */
	struct summary of[DIFF_SIDES];
};

/* Sets the files of the sides from those of the options. 0 or -EINVAL, reported. */
int diff_sides__split(struct diff_side sides[DIFF_SIDES], const struct options *options);

/* Reads the logs of both sides. Returns the worst exit code, as analyse_logs() does. */
int diff_sides__read(struct diff_side sides[DIFF_SIDES], const struct options *options);

/* "A" or "B". */
const char *diff_sides__name(int side);

/*
 * The fields that every row of the other side has and some row of this one lacks, as --fields takes
 * them, by number from 0; NULL after the last.
 */
const char *diff_sides__lacking(const struct comparison *all, int side, unsigned int number);

#endif
