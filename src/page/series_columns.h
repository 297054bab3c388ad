/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the plots of a report's page show of a flow, as columns of samples: columns and captured
 * fields of its rows, and what is worked out of them: bytes since the flow's first row, and
 * sequence numbers counted from the first one on.
 */
#ifndef SIFTR_PAGE_SERIES_COLUMNS_H
#define SIFTR_PAGE_SERIES_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "format/row.h"
#include "plot/plot_column.h"

enum series_column {
#define SERIES(name, panel, column) SERIES_##name,
#include "page/series_columns.def"
	SERIES_COLUMNS
};

/* Sequence numbers of one direction, which wrap, as counts from the first one seen. */
struct sequence_space {
	bool is_known;
	__u32 last;
	__s64 count;
};

/* What is known of a flow from its rows so far. Zeros: nothing. */
struct series_state {
	struct sequence_space sent, received;
	__u64 payload[SIFTR_DIRECTIONS];
	__u64 first[SERIES_COLUMNS]; /* of counters, with a bit of `known` */
	__u32 known;
};

const char *series_columns__name(int column);
/* Columns of one panel are drawn in the same plot; numbers from 0. */
int series_columns__panel(int column);
/* The column as a figure draws it. */
struct plot_column series_columns__drawn(int column);

/* Sets the value of each column for the flow's next row, NAN where it is not known. */
void series_columns__values(struct series_state *state, const struct row *row,
			    double values[SERIES_COLUMNS]);

#endif
