/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows of one or several logs, worked out row by row. A flow is a 4-tuple with its flowid in
 * one run; a run that begins where the run before ended, as a rotated log does, continues its
 * flows.
 */
#ifndef SIFTR_ANALYSE_ANALYSIS_H
#define SIFTR_ANALYSE_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "analyse/flow_analysis.h"
#include "format/row.h"
#include "read/flow_filter.h"

struct analysis;

/*
 * Is called for each row that is added, with the flow's index and what the row ended, which is
 * nothing for a flow's first row. NULL as a function is not called. 0 or a negative errno, which
 * analysis__add() returns.
 */
struct flow_observer {
	int (*row)(void *context, size_t flow, const struct row *row,
		   const struct interval *interval);
	void *context;
};

/* Keeps the costliest events of each flow if `keeps_events`. NULL when out of memory. */
struct analysis *analysis__new(const struct flow_filter *filter, bool keeps_events);
/*
 * For rows while they are traced, whose flow numbers may be any: of the first `flows_max` flows;
 * rows of others are left out. NULL when out of memory.
 */
struct analysis *analysis__new_live(size_t flows_max);
/* From now on. */
void analysis__observe(struct analysis *analysis, const struct flow_observer *observer);
/* Accepts NULL. */
void analysis__free(struct analysis *analysis);

/* The rows that follow are of another log: their flow numbers mean other flows. */
void analysis__begin_log(struct analysis *analysis);
/* A run begins or ends at that time. A log without a header is a run, too. */
void analysis__begin_run(struct analysis *analysis, __u64 time_us);
void analysis__end_run(struct analysis *analysis, __u64 time_us);

/* Adds rows of the run. 0, -ENOMEM or what an observer returned. */
int analysis__add(struct analysis *analysis, const struct row rows[], size_t count);

/* All rows are added. */
void analysis__end(struct analysis *analysis);

/* Flows in the order of their first rows; valid until rows are added. */
size_t analysis__count(const struct analysis *analysis);
const struct flow_analysis *analysis__at(const struct analysis *analysis, size_t index);

/* The same as an array, of one pointer at least, to be sorted and freed; NULL when out of memory.
 */
const struct flow_analysis **analysis__list(const struct analysis *analysis);

#endif
