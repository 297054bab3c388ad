/* SPDX-License-Identifier: BSD-2-Clause */
/* Data lines of a run, as the footer's counts are compared with them. */
#ifndef SIFTR_CHECK_LINE_COUNTS_H
#define SIFTR_CHECK_LINE_COUNTS_H

#include <linux/types.h>

struct line_counts {
	__u64 by_direction[2];	 /* inbound, outbound */
	__u64 without_direction; /* malformed, with an unreadable direction */
	__u64 malformed;	 /* included in the above */
};

static inline __u64 line_counts__sum(const struct line_counts *lines)
{
	return lines->by_direction[0] + lines->by_direction[1] + lines->without_direction;
}

#endif
