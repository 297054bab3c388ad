/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The samples of the flows of logs, in bounded memory however many rows they have: with many flows
 * each keeps fewer rows. A flow is a 4-tuple with its flowid in all runs of all logs.
 */
#ifndef SIFTR_PLOT_FLOW_SAMPLES_H
#define SIFTR_PLOT_FLOW_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "format/row.h"
#include "plot/plot_column.h"
#include "plot/samples.h"
#include "read/flow_filter.h"

struct flow_samples;

struct sampled_flow {
	struct siftr_flow_key key;
	__u32 flowid;
	bool is_taken;		/* it has rows */
	struct samples samples; /* of the columns, in their order */
};

/*
 * For rows of these columns, which are kept, not copied, and of the flows that the filter takes.
 * NULL when out of memory.
 */
struct flow_samples *flow_samples__new(const struct plot_column columns[], size_t nr_columns,
				       const struct flow_filter *filter);
/* Accepts NULL. */
void flow_samples__free(struct flow_samples *flows);

/* The rows that follow are of another log: their flow numbers mean other flows. */
void flow_samples__begin_log(struct flow_samples *flows);
/* Adds rows of the log. 0 or -ENOMEM. */
int flow_samples__add(struct flow_samples *flows, const struct row rows[], size_t count);

/* The number of flows that have a row. */
size_t flow_samples__count(const struct flow_samples *flows);
/* The flow with the most rows, its samples finished; NULL if there is none. */
struct sampled_flow *flow_samples__longest(struct flow_samples *flows);

#endif
