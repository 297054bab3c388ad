/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the plots of all flows show, by the number that the analysis gives a flow, in bounded memory
 * however many rows and flows there are: with many flows each keeps fewer rows, and when there are
 * too many flows, the half of them that has the fewest rows so far keeps none.
 */
#ifndef SIFTR_PAGE_FLOW_SERIES_H
#define SIFTR_PAGE_FLOW_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "analyse/ledger.h"
#include "page/series_columns.h"
#include "page/strip.h"
#include "plot/samples.h"

struct flow_series {
	bool is_dropped;	       /* for want of memory: it has none of the following */
	struct samples samples;	       /* of enum series_column */
	struct strip sender, receiver; /* parts of time by enum send_limit, enum receive_limit */
	struct series_state state;
};

/* Of all flows. Functions that return an int return 0 or -ENOMEM. */
struct series {
	size_t limit;	/* rows of a flow */
	size_t nr_rows; /* of all flows */
	size_t nr_kept; /* flows that were not dropped */
	struct flow_series *flows;
	size_t count, room;
};

/* Adds a row of flow `number`, and the interval that it ends. Zeros are no series yet. */
int flow_series__add(struct series *series, size_t number, const struct row *row,
		     const struct interval *interval);

/* The series of a flow that has a row, in the order of time; NULL if they were dropped. */
const struct flow_series *flow_series__finish(struct series *series, size_t number);

/* Copies up to PLOT_COLUMNS_MAX columns of the flow's samples. */
int flow_series__copy(const struct flow_series *flow, const int columns[], size_t nr_columns,
		      struct samples *copy);

void flow_series__free(struct series *series);

#endif
