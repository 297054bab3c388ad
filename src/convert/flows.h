/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assigns every flow of a run a unique nonzero 32-bit id and keeps the list of distinct
 * 4-tuples for the footer. Memory grows by about 64 bytes per flow. No flow is evicted
 * within an interval, which is the time span of one log file.
 */
#ifndef SIFTR_CONVERT_FLOWS_H
#define SIFTR_CONVERT_FLOWS_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

struct flows;

/* Returns NULL when out of memory. The caller frees with flows__free(). */
struct flows *flows__new(void);
void flows__free(struct flows *flows);

/*
 * Returns the id of the flow `key`, inserting the flow if it is new; 0 when out of memory.
 * The id depends on the key alone, except that a collision moves to the next free id.
 */
__u32 flows__id(struct flows *flows, const struct siftr_flow_key *key);

/* Maximum number of records in one call of flows__ids(). */
#define FLOWS_BATCH 32

/*
 * The same ids as calling flows__id() for each of the `count` records in turn. With very
 * many flows this is faster, because the cache misses of a batch overlap.
 */
void flows__ids(struct flows *flows, const struct siftr_record *const records[], size_t count,
		__u32 ids[]);

/* Number of flows inserted (connections, not distinct 4-tuples) since flows__new(). */
size_t flows__count(const struct flows *flows);

/* Number of flows of `family`, 4 or 6, seen in this interval: an upper bound on its distinct
 * tuples. */
size_t flows__listed(const struct flows *flows, __u8 family);

/* Up to this number of flows, idle ones are kept as well. */
#define FLOWS_REMEMBERED (1U << 20)

/*
 * Begins the next interval with an empty list. Flows keep their ids. If there are more than
 * FLOWS_REMEMBERED flows, those not seen in the previous interval are removed; one that
 * reappears counts as a new flow, usually with the same id.
 */
void flows__next_interval(struct flows *flows);

/*
 * Calls `visit` once for each distinct 4-tuple (addresses, ports, family) seen in
 * this interval, in an order that depends only on the tuples. Stops at the first
 * nonzero return value and returns it; returns 0 at the end, -ENOMEM when out of memory.
 */
int flows__each_tuple(struct flows *flows,
		      int (*visit)(const struct siftr_flow_key *key, void *context), void *context);

#endif
