// SPDX-License-Identifier: BSD-2-Clause
/*
 * The kernel counts a received segment before it is processed, when it gets its row: in between it
 * may wait in the socket's backlog while the application holds the socket. So a count that is ahead
 * of the rows proves nothing at once, but does if the rows never catch up.
 */
#include "analyse/unseen_segments.h"

#include <string.h>

void unseen_segments__settle(struct unseen_segments *unseen)
{
	unseen->settled = unseen->least;
	unseen->begin_us = 0;
	memset(unseen->send_us, 0, sizeof(unseen->send_us));
	memset(unseen->receive_us, 0, sizeof(unseen->receive_us));
}

bool unseen_segments__add(struct unseen_segments *unseen, const struct flow_state *before,
			  const struct flow_state *now, __u64 us, enum send_limit sender,
			  enum receive_limit receiver)
{
	__s32 more;

	if (!flow_state__has(before, PART_SEGS_IN) || !flow_state__has(now, PART_SEGS_IN))
		return false;
	more = (__s32)(now->segs_in - before->segs_in - (now->outbound ? 0 : now->segs));
	unseen->ahead = (__s32)((__u32)unseen->ahead + (__u32)more);
	if (unseen->ahead <= unseen->settled) {
		/* Fewer than ever: the first row was counted together with some that came later. */
		unseen->least = unseen->ahead;
		unseen_segments__settle(unseen);
		return false;
	}
	if (!unseen->begin_us) {
		unseen->begin_us = now->time_us;
		unseen->least = unseen->ahead;
	}
	if (unseen->ahead < unseen->least)
		unseen->least = unseen->ahead;
	if (more > 0) {
		unseen->send_us[sender] += us;
		unseen->receive_us[receiver] += us;
	}
	return now->time_us >= unseen->begin_us + UNSEEN_US;
}

bool unseen_segments__end(const struct unseen_segments *unseen)
{
	return unseen->begin_us;
}
