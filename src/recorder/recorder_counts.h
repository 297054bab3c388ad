/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of the records that the flight recorder did not return for the log, by direction. */
#ifndef SIFTR_RECORDER_RECORDER_COUNTS_H
#define SIFTR_RECORDER_RECORDER_COUNTS_H

#include <linux/types.h>
#include <siftr/record.h>

struct recorder_counts {
	__u64 kept[SIFTR_DIRECTIONS];	     /* in memory now */
	__u64 overwritten[SIFTR_DIRECTIONS]; /* made room for newer ones of their flow */
	__u64 evicted[SIFTR_DIRECTIONS];     /* made room for other flows */
	__u64 refused[SIFTR_DIRECTIONS];     /* older than the limit of recorder__next() */
	__u64 episodes;
};

/* The sum of the counts of records. */
static inline __u64 recorder_counts__held(const struct recorder_counts *counts, int direction)
{
	return counts->kept[direction] + counts->overwritten[direction] +
	       counts->evicted[direction] + counts->refused[direction];
}

/*
 * Subtracts the counts of an earlier time, modulo 2^64: fewer records may be kept than were then.
 */
static inline void recorder_counts__subtract(struct recorder_counts *counts,
					     const struct recorder_counts *before)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		counts->kept[direction] -= before->kept[direction];
		counts->overwritten[direction] -= before->overwritten[direction];
		counts->evicted[direction] -= before->evicted[direction];
		counts->refused[direction] -= before->refused[direction];
	}
	counts->episodes -= before->episodes;
}

#endif
