/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flight recorder keeps the last records of each flow in memory, and returns them for the log
 * when something happens to the flow, with those that follow. Each such part of a flow is an
 * episode. Every record that was added is, at any time, in exactly one count: kept, returned,
 * overwritten, evicted or refused.
 */
#ifndef SIFTR_RECORDER_RECORDER_H
#define SIFTR_RECORDER_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "recorder/recorder_counts.h"
#include "recorder/recorder_span.h"
#include "recorder/trigger_rules.h"

struct recorder_settings {
	struct trigger_rules rules;
	struct recorder_span before, after;
	__u64 memory;		     /* bytes, for flows and records together */
	__u32 record_bytes;	     /* of a record with its groups */
	__u16 offsets[SIFTR_GROUPS]; /* of the groups in a record, as group_layout__place() does */
};

/* A record to be logged. */
struct recorder_line {
	const struct siftr_record *record; /* valid until the next recorder__add() */
	__u32 episode;			   /* number of the episode, from 1 */
	__u32 fired;			   /* TRIGGER_BIT() of the triggers that it fired */
};

struct recorder;

/* Reserves the memory. NULL when out of memory; recorder__free() accepts NULL. */
struct recorder *recorder__new(const struct recorder_settings *settings);
void recorder__free(struct recorder *recorder);

/*
 * Loads into the cache what recorder__add() will need of the flows with these ids, at the same time
 * for all of them.
 */
void recorder__prefetch(const struct recorder *recorder, const __u32 flowids[], size_t count);

/*
 * Adds a record of the flow with this id and key. Records have to be added in the order of their
 * times, and what recorder__next() returns for one has to be taken before the next is added.
 */
void recorder__add(struct recorder *recorder, const struct siftr_record *record, __u32 flowid,
		   const struct siftr_flow_key *key);

/*
 * Fires the recorder for a flow by hand, at `now_ns`: recorder__next() returns what is kept of the
 * flow, and its next records are of the episode. The last of those kept has TRIGGER_BIT(CTL); if
 * none is, the next record has it.
 */
void recorder__fire(struct recorder *recorder, __u32 flowid, const struct siftr_flow_key *key,
		    __u64 now_ns);

/* Whether the recorder knows a flow; one that is idle may have given way to others. */
bool recorder__watches(struct recorder *recorder, __u32 flowid, const struct siftr_flow_key *key);

/*
 * Sets *line to the next record to be logged, in the order of their times: all are of the flow of
 * the record added last, or of the one that recorder__fire() was called for. Those older than
 * `oldest_ns` are refused. False if there are no more.
 */
bool recorder__next(struct recorder *recorder, __u64 oldest_ns, struct recorder_line *line);

const struct recorder_counts *recorder__counts(const struct recorder *recorder);

#endif
