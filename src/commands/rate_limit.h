/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --max-rate: how many packets of a flow make a line, so that there are no more lines a second than
 * asked for. ppl rises as soon as there are more, and falls back by halves.
 */
#ifndef SIFTR_COMMANDS_RATE_LIMIT_H
#define SIFTR_COMMANDS_RATE_LIMIT_H

#include <stdbool.h>
#include <linux/types.h>
#include <siftr/time_units.h>

struct rate_limit {
	__u64 most; /* lines a second; 0: no limit */
	__u32 base; /* ppl without a limit */
	__u32 ppl;
	__u32 highest;
	__u32 nr_changes;
	__u64 begin_ns; /* since when lines are counted */
	__u64 lines;	/* that there were then */
	__u64 rate;	/* lines a second, when ppl changed last */
};

void rate_limit__begin(struct rate_limit *limit, __u64 most, __u32 base, __u64 now_ns);

/* Changes the limit and the ppl without one; `lines` is the number of lines so far. */
void rate_limit__change(struct rate_limit *limit, __u64 most, __u32 base, __u64 now_ns,
			__u64 lines);

/*
 * Measures and sets limit->ppl; `lines` is the number of lines so far. To be called often, and at
 * rate_limit__due_ns() at the latest. Returns whether ppl has changed.
 */
bool rate_limit__poll(struct rate_limit *limit, __u64 now_ns, __u64 lines);

/* CLOCK_MONOTONIC time at which ppl may fall although there are no lines; NEVER_NS if it cannot. */
__u64 rate_limit__due_ns(const struct rate_limit *limit);

#endif
