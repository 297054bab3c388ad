/* SPDX-License-Identifier: BSD-2-Clause */
/* The number of data lines of a run, with which the footer's counts are compared. */
#ifndef SIFTR_CHECK_LINE_COUNTS_H
#define SIFTR_CHECK_LINE_COUNTS_H

#include <linux/types.h>

struct line_counts {
	__u64 by_direction[2];	 /* inbound and outbound lines */
	__u64 without_direction; /* malformed lines whose direction cannot be read */
	__u64 malformed;	 /* malformed lines, which the counts above include */
};

static inline __u64 line_counts__sum(const struct line_counts *lines)
{
	return lines->by_direction[0] + lines->by_direction[1] + lines->without_direction;
}

#endif
