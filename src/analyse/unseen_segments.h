/* SPDX-License-Identifier: BSD-2-Clause */
/* Received segments that the kernel counted and that have no row: when they were received. */
#ifndef SIFTR_ANALYSE_UNSEEN_SEGMENTS_H
#define SIFTR_ANALYSE_UNSEEN_SEGMENTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/flow_state.h"
#include "analyse/limits.h"

/* A segment that has no row after so long has none at all. */
#define UNSEEN_US 200000

/* Zeros are a flow without a row. */
struct unseen_segments {
	__s32 ahead; /* of the rows since the first: segments counted less those that have a row */
	__s32 settled;	/* of these, those that will never have one */
	__s32 least;	/* of `ahead`, since begin_us */
	__u64 begin_us; /* when `ahead` became more than `settled`; 0: it is not */
	/* The time since then in which segments were counted that had no row, by its limits. */
	__u64 send_us[SEND_LIMITS], receive_us[RECEIVE_LIMITS];
};

/*
 * Adds an interval of that length and with these limits between two rows. True if it is certain now
 * that segments of send_us and receive_us have no row; then call unseen_segments__settle().
 */
bool unseen_segments__add(struct unseen_segments *unseen, const struct flow_state *before,
			  const struct flow_state *now, __u64 us, enum send_limit sender,
			  enum receive_limit receiver);

/* Whether that is certain once the flow has no further rows. */
bool unseen_segments__end(const struct unseen_segments *unseen);

/* What send_us and receive_us have is taken into account: they begin anew. */
void unseen_segments__settle(struct unseen_segments *unseen);

#endif
