// SPDX-License-Identifier: BSD-2-Clause
#include "commands/rate_limit.h"

/* ppl rises after this time at the earliest, so that a few lines at once are no rate. */
#define SHORTEST_NS (NSEC_PER_SEC / 10)
#define PPL_MOST    1000000000ULL

static __u64 divide_up(__u64 a, __u64 b)
{
	return a / b + (a % b != 0);
}

/*
 * The ppl at which there would have been `most` lines a second; at least twice the present one, but
 * not above PPL_MOST unless it is.
 */
static __u32 raised(const struct rate_limit *limit, __u64 rate)
{
	__u64 factor = divide_up(rate, limit->most);
	__u64 ppl = limit->ppl * (factor > 2 ? factor : 2);

	if (limit->ppl >= PPL_MOST)
		return limit->ppl;
	return (__u32)(ppl < PPL_MOST ? ppl : PPL_MOST);
}

static __u32 lowered(const struct rate_limit *limit)
{
	return limit->ppl / 2 > limit->base ? limit->ppl / 2 : limit->base;
}

void rate_limit__begin(struct rate_limit *limit, __u64 most, __u32 base, __u64 now_ns)
{
	*limit = (struct rate_limit){
		.most = most, .base = base, .ppl = base, .highest = base, .begin_ns = now_ns};
}

void rate_limit__change(struct rate_limit *limit, __u64 most, __u32 base, __u64 now_ns, __u64 lines)
{
	limit->most = most;
	limit->base = limit->ppl = base;
	if (limit->highest < base)
		limit->highest = base;
	limit->begin_ns = now_ns;
	limit->lines = lines;
}

bool rate_limit__poll(struct rate_limit *limit, __u64 now_ns, __u64 lines)
{
	__u64 elapsed = now_ns - limit->begin_ns, more = lines - limit->lines;
	__u32 before = limit->ppl;
	bool above = more > limit->most && elapsed >= SHORTEST_NS;

	if (!limit->most || (elapsed < NSEC_PER_SEC && !above))
		return false;
	limit->rate = (__u64)((double)more * NSEC_PER_SEC / (double)elapsed);
	if (limit->rate > limit->most)
		limit->ppl = raised(limit, limit->rate);
	else if (limit->rate < limit->most / 2 || !limit->rate)
		limit->ppl = lowered(limit);
	limit->begin_ns = now_ns;
	limit->lines = lines;
	if (limit->ppl > limit->highest)
		limit->highest = limit->ppl;
	limit->nr_changes += limit->ppl != before;
	return limit->ppl != before;
}

__u64 rate_limit__due_ns(const struct rate_limit *limit)
{
	return limit->ppl > limit->base ? limit->begin_ns + NSEC_PER_SEC : NEVER_NS;
}
