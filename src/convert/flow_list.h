/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distinct 4-tuples seen in one interval, which is the time span of one log file, for the
 * footer's flow list.
 */
#ifndef SIFTR_CONVERT_FLOW_LIST_H
#define SIFTR_CONVERT_FLOW_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <siftr/record.h>

struct flows;

/*
 * Number of flows of the address family, 4 or 6, seen in this interval: at least the number of its
 * 4-tuples in the footer.
 */
size_t flow_list__size(const struct flows *flows, __u8 family);

/* Up to this number of flows, flow_list__next_interval() keeps idle ones as well. */
#define FLOWS_REMEMBERED (1U << 20)

/*
 * Begins the next interval with an empty list. Flows keep their ids. If there are more than
 * FLOWS_REMEMBERED flows, those not seen in the interval that ends are removed, unless records may
 * still have their number; one that reappears counts as a new flow, usually with the same id.
 *
 * To be called after the programs were told to announce all flows anew, which was before `now_ns`.
 * The flows of all records up to `read_ns` have been found. Both times are CLOCK_MONOTONIC; they
 * tell when no record can have an old number any more, which is then forgotten.
 */
void flow_list__next_interval(struct flows *flows, __u64 read_ns, __u64 now_ns);

/* Whether there are more flows than are remembered while they are idle. */
bool flow_list__has_idle(const struct flows *flows);

/*
 * Removes flows as flow_list__next_interval() does, but goes on with the list of this interval; a
 * flow that is in it stays. A flow goes at the second call after its last packet, or a later one.
 */
void flow_list__forget_idle(struct flows *flows, __u64 read_ns, __u64 now_ns);

/*
 * Forgets no numbers of flows, and so removes no flows, from now on: the last line of a flow names
 * it by the number of its last packet, which may be of an interval long ago.
 */
void flow_list__keep_numbers(struct flows *flows);

/*
 * Calls `visit` once for each distinct 4-tuple (addresses, ports, family) seen in
 * this interval, in an order that depends only on the tuples. Stops at the first
 * nonzero return value and returns it; returns 0 at the end, -ENOMEM when out of memory.
 */
int flow_list__each(struct flows *flows,
		    int (*visit)(const struct siftr_flow_key *key, void *context), void *context);

#endif
