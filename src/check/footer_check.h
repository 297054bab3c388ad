/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks whether the footer's counts match the data lines of the run, and each other, as siftr(4)
 * defines them.
 */
#ifndef SIFTR_CHECK_FOOTER_CHECK_H
#define SIFTR_CHECK_FOOTER_CHECK_H

#include <stdbool.h>
#include <linux/types.h>

#include "check/line_counts.h"
#include "read/key_values.h"
#include "report/diagnostic.h"

/* A footer and what it is compared with; all pointers belong to the caller. */
struct footer_check {
	const struct diagnostic_sink *sink;
	__u64 line;	     /* number of the footer's line */
	const __u64 *counts; /* the footer's counts, indexed by enum footer_pair */
	const struct line_counts *lines;
	__u32 ppl; /* packets per line; 0: unknown; SIFTR_NO_PPL: any lines may be left out */
	enum siftr_version
		version; /* at ppl N, 1.2.4 logs packets 1, N+1, ... of a flow, 1.3.0 N, 2N, ... */
	bool freebsd;	 /* written by FreeBSD, which sums the skipped packets in 32 bits */
};

/* Reports each count that contradicts another count or the number of lines. */
void footer_check__counts(const struct footer_check *check);

/*
 * At a ppl above 1, reports if there are fewer lines than the packets of `flows` flows must yield,
 * or, of SIFTR 1.2.4, more than they can yield.
 */
void footer_check__flows(const struct footer_check *check, __u64 flows);

/* Whether the ppl is unknown and there are fewer lines than packets that were not skipped. */
bool footer_check__is_sampled(const struct footer_check *check);

/* Whether each flow of the footer's flow list must have a data line in the log. */
bool footer_check__flows_have_lines(const struct footer_check *check);

#endif
