/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quantiles of many numbers in bounded memory: counts of ranges, each 1/32 of its beginning wide at
 * most. A quantile is the middle of its range, so at most 1.6 % off; numbers below 64 are exact,
 * and so are the least and the greatest of all. Memory grows with the ranges that occur, to 4 KiB
 * at most, and that of a few is part of the struct.
 */
#ifndef SIFTR_ANALYSE_QUANTILES_H
#define SIFTR_ANALYSE_QUANTILES_H

#include <stddef.h>
#include <linux/types.h>

/* What a range whose count is full cannot count is counted by another of its number before it. */
struct quantile_range {
	__u32 number : 10;
	__u32 count : 22;
};

#define QUANTILES_FEW 14

/* Zeros are no numbers yet. */
struct quantiles {
	union {
		struct quantile_range few[QUANTILES_FEW];
		struct quantile_range *many;
	};		  /* by number */
	__u32 room;	  /* of many; 0: there are but few */
	__u32 used, last; /* last: the range that was counted last */
	__u32 least, greatest;
	__u64 count, sum;
};

/* Counts a number. 0 or -ENOMEM. */
int quantiles__add(struct quantiles *quantiles, __u32 number);

/* Counts all numbers that `other` has counted. 0 or -ENOMEM. */
int quantiles__add_all(struct quantiles *quantiles, const struct quantiles *other);

/* The number that so many thousandths of all do not exceed; 0 if there is none. */
__u32 quantiles__at(const struct quantiles *quantiles, unsigned int thousandths);

/* The mean, rounded down; 0 if there is no number. */
__u32 quantiles__mean(const struct quantiles *quantiles);

void quantiles__free(struct quantiles *quantiles);

#endif
