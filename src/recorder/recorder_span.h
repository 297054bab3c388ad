/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of --before and --after. */
#ifndef SIFTR_RECORDER_RECORDER_SPAN_H
#define SIFTR_RECORDER_RECORDER_SPAN_H

#include <linux/types.h>

/* How much of a flow is logged before or after a trigger: a number of records, or a time. */
struct recorder_span {
	__u64 ns;      /* 0: `records` counts */
	__u32 records; /* the record that fires is not among them */
};

/* Parses the value of --before or --after: a number of records, or a time. 0 or -EINVAL, reported.
 */
int recorder_span__parse(const char *option, const char *text, struct recorder_span *span);

#endif
