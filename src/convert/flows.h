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
 * Stores the ids of the flows of `count` records, those that flows__id() would return for each in
 * turn. With very many flows this is faster, because the cache misses of a batch overlap.
 */
void flows__ids(struct flows *flows, const struct siftr_record *const records[], size_t count,
		__u32 ids[]);

/* Number of flows inserted (connections, not distinct 4-tuples) since flows__new(). */
size_t flows__count(const struct flows *flows);

#endif
