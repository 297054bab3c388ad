/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A condition on how a number of one set of flows compares with that of another, such as
 * "srtt_p95 > +10%". A value with a sign is a change from A to B, in percent of A or as it is
 * written; without a sign it is compared with B alone. Shares are percent themselves: their changes
 * are in points.
 */
#ifndef SIFTR_ANALYSE_CONDITION_H
#define SIFTR_ANALYSE_CONDITION_H

#include <stdbool.h>

#include "analyse/summary.h"

enum condition_basis {
	CONDITION_VALUE,   /* B */
	CONDITION_CHANGE,  /* B - A */
	CONDITION_PERCENT, /* (B - A) / A */
};

struct condition {
	const char *text;
	enum summary_number number;
	enum condition_basis basis;
	bool greater; /* > or >=, else < or <= */
	bool equal;   /* >= or <= */
	double limit;
};

enum condition_result {
	CONDITION_FALSE,
	CONDITION_HOLDS,
	CONDITION_UNDECIDED, /* a number that it needs is not known */
};

/* Parses `text`, which is kept. 0 or -EINVAL, reported as that of --fail-if. */
int condition__parse(struct condition *condition, const char *text);

enum condition_result condition__test(const struct condition *condition, const struct summary *a,
				      const struct summary *b);

#endif
