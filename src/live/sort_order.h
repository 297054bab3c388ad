/* SPDX-License-Identifier: BSD-2-Clause */
/* The first connections of many in the order of a column, without sorting the rest. */
#ifndef SIFTR_LIVE_SORT_ORDER_H
#define SIFTR_LIVE_SORT_ORDER_H

#include <linux/types.h>

#include "live/live_choice.h"
#include "live/live_flow.h"

struct sorted_flow {
	double value; /* the greatest first */
	double rate;  /* decides between equal values */
	__u32 place;
};

struct sort_order {
	enum live_column column;
	bool reverse;
	__u64 now_us;
	size_t count, most;
	struct sorted_flow *of; /* a heap with the last one at the top, until it is finished */
};

/* For at most `most` connections; without memory for them the order stays empty. */
void sort_order__begin(struct sort_order *order, const struct live_choice *choice, __u64 now_us,
		       size_t most);
void sort_order__add(struct sort_order *order, const struct live_flow *flow, __u32 place);
/* Sorts what is in the order, the first first. */
void sort_order__finish(struct sort_order *order);
void sort_order__end(struct sort_order *order);

#endif
