/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assigns every flow of a run a unique nonzero 32-bit id and keeps the list of distinct
 * 4-tuples for the footer. Memory grows by about 90 bytes per flow. No flow is evicted
 * within an interval, which is the time span of one log file.
 */
#ifndef SIFTR_CONVERT_FLOWS_H
#define SIFTR_CONVERT_FLOWS_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "convert/flow.h"

struct flows;

/* Returns NULL when out of memory. The caller frees with flows__free(). */
struct flows *flows__new(void);
void flows__free(struct flows *flows);

/*
 * Returns the id of the flow `key`, inserting the flow if it is new; 0 when out of memory.
 * The id depends on the key alone, except that a collision moves to the next free id. The flow is
 * entered in the list of this interval.
 */
__u32 flows__id(struct flows *flows, const struct siftr_flow_key *key);

/* Maximum number of records in one call of the functions below. */
#define FLOWS_BATCH 32

/*
 * Enters each flow that one of `count` records announces. To be called for all records in their
 * order, before flows__find(). Without memory for a flow its number stays unknown.
 */
void flows__announce(struct flows *flows, const struct siftr_record *const records[], size_t count);

/*
 * Sets found[i] to the flow of records[i], or to NULL if the record's flow number is unknown. The
 * flows are entered in the list of this interval, and the lines of each are counted, except for
 * records of SIFTR_KIND_FLOW and SIFTR_KIND_END. They are valid until another flow is inserted.
 */
void flows__find(struct flows *flows, const struct siftr_record *const records[], size_t count,
		 const struct flow *found[]);

/* Like flows__find(), but enters no flow in the list. */
void flows__look_up(const struct flows *flows, const struct siftr_record *const records[],
		    size_t count, const struct flow *found[]);

/*
 * The flow at a position from 0 on, valid until another flow is inserted; NULL after the last. The
 * positions hold until flows__rebuilt() changes; flows are added at the end.
 */
const struct flow *flows__at(const struct flows *flows, size_t position);
__u32 flows__rebuilt(const struct flows *flows);

/* Number of flows inserted (connections, not distinct 4-tuples) since flows__new(). */
size_t flows__count(const struct flows *flows);

#endif
