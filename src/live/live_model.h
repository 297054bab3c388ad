/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the connections of a host do now: takes rows as they are traced, or read from a log, and
 * gives snapshots of the first connections in a chosen order. Its memory is bounded, however many
 * connections and rows there are; a snapshot is a copy and does not change.
 */
#ifndef SIFTR_LIVE_LIVE_MODEL_H
#define SIFTR_LIVE_LIVE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "format/row.h"
#include "live/live_choice.h"
#include "live/live_flow.h"

/* One connection of a snapshot. */
struct live_line {
	struct siftr_flow_key key;
	__u32 number, flowid, pid;			       /* pid 0: not known */
	char comm[SIFTR_TEXT_MAX + 1], cc[SIFTR_TEXT_MAX + 1]; /* "": not known */
	struct flow_state state;
	struct live_limit limit;
	__u32 min_rtt; /* us; 0: not known */
	double rates[LIVE_RATES];
	__u32 trend[LIVE_TREND]; /* the oldest first, cwnd in bytes */
	__u32 nr_trend;
};

/* The most lines of a snapshot. */
#define LIVE_LINES_MAX 1024

struct live_snapshot {
	__u64 time_us;
	double received, sent; /* bytes a second of all connections; negative: not known */
	__u64 rows;	       /* packets so far */
	__u64 lost;	 /* of these packets, those without a row, as the caller counts them */
	size_t flows;	 /* connections that have not ended */
	size_t chosen;	 /* of these, those that the choice takes */
	__u64 forgotten; /* connections for which there was no room any more */
	size_t count;
	struct live_line lines[LIVE_LINES_MAX];
};

struct live_model;

/* For at most so many connections at a time. NULL when out of memory. */
struct live_model *live_model__new(size_t flows_max);
/* Accepts NULL. */
void live_model__free(struct live_model *model);

/* Adds rows. 0 or -ENOMEM. */
int live_model__add(struct live_model *model, const struct row rows[], size_t count);

/* An interval ends at that Unix time in microseconds: rates are those of the interval. */
void live_model__tick(struct live_model *model, __u64 now_us);

/* How many packets have no row, of all so far. */
void live_model__set_lost(struct live_model *model, __u64 lost);

/* Takes a snapshot. Those that are shown have histories from then on. */
void live_model__snapshot(struct live_model *model, const struct live_choice *choice,
			  struct live_snapshot *snapshot);

/*
 * The connection with that number, and what a snapshot would have of it; NULL if there is none any
 * more. It is valid until rows are added.
 */
const struct live_flow *live_model__line(const struct live_model *model, __u32 number,
					 struct live_line *line);

#endif
