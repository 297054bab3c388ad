/* SPDX-License-Identifier: BSD-2-Clause */
/* Which flow of one analysis is compared with which of another. */
#ifndef SIFTR_ANALYSE_FLOW_PAIRS_H
#define SIFTR_ANALYSE_FLOW_PAIRS_H

#include <stddef.h>

struct analysis;
struct flow_analysis;

struct flow_pairs {
	const struct flow_analysis **a, **b; /* the flows of pair i are a[i] and b[i] */
	size_t count;
};

/* Pairs the flows that come at the same place in the order of first rows. 0 or -ENOMEM. */
int flow_pairs__by_order(struct flow_pairs *pairs, const struct analysis *a,
			 const struct analysis *b);

/*
 * Pairs flows with the same local and foreign port; of several with the same ports, the first with
 * the first, and so on. Pairs are in the order of the ports. 0 or -ENOMEM.
 */
int flow_pairs__by_ports(struct flow_pairs *pairs, const struct analysis *a,
			 const struct analysis *b);

/* Call it on success and on failure. */
void flow_pairs__free(struct flow_pairs *pairs);

#endif
