/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every flow of a run: a nonzero 32-bit id that no other flow of the run has,
 * and the list of distinct 4-tuples for the footer. Grows with the number of
 * flows (about 64 bytes each); nothing is evicted while an interval, a file of
 * the log, lasts.
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
 * The id of the flow `key`, entered on first sight. Never 0 on success. The id
 * depends on the key alone but for collisions, which move to the next free id.
 * Returns 0 when the table cannot grow.
 */
__u32 flows__id(struct flows *flows, const struct siftr_flow_key *key);

/* As many records as flows__ids() takes at once. */
#define FLOWS_BATCH 32

/*
 * The ids of the flows of `count` records, as flows__id() gives them one after the
 * other. With very many flows this waits for memory once a batch instead of twice a
 * record.
 */
void flows__ids(struct flows *flows, const struct siftr_record *const records[], size_t count,
		__u32 ids[]);

/* Number of flows entered (connections, not distinct 4-tuples) since flows__new(). */
size_t flows__count(const struct flows *flows);

/* Number of flows of `family`, 4 or 6, seen in this interval: as many tuples at most. */
size_t flows__listed(const struct flows *flows, __u8 family);

/* As many flows are remembered however long they are idle. */
#define FLOWS_REMEMBERED (1U << 20)

/*
 * Begins another interval, with an empty list. Flows keep their ids; only when more
 * than FLOWS_REMEMBERED are known are those forgotten that the interval now over has
 * not seen, and are new flows, mostly with the same ids, should they come back.
 */
void flows__next_interval(struct flows *flows);

/*
 * Calls `visit` once for each distinct 4-tuple (addresses, ports, family) seen in
 * this interval, in an order that depends on the tuples alone. Stops at the first
 * nonzero return value and returns it; returns 0 at the end, -ENOMEM when out of memory.
 */
int flows__each_tuple(struct flows *flows,
		      int (*visit)(const struct siftr_flow_key *key, void *context), void *context);

#endif
