/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a plot of one flow shows: its columns over time, those of one unit in one panel, the panels
 * one below the other with the same time axis.
 */
#ifndef SIFTR_PLOT_FIGURE_H
#define SIFTR_PLOT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "plot/plot_column.h"
#include "plot/samples.h"
#include "plot/scale.h"

/* A name in the legend, with what is said about a column that is cut off. */
#define FIGURE_NAME_BYTES 80

struct figure_panel {
	struct scale scale;
	enum quantity quantity;
	const char *unit; /* of the numbers at its axis; "" for a count without one */
	int columns[PLOT_COLUMNS_MAX];
	int nr_columns;
};

struct figure {
	const char *title;
	const struct plot_column *columns;
	char names[PLOT_COLUMNS_MAX][FIGURE_NAME_BYTES]; /* of the columns, in the legend */
	const struct samples *samples; /* finished; each row has a value for each of `columns` */
	double begin_us, span_us;      /* of the samples */
	struct scale time;
	struct figure_panel panels[PLOT_COLUMNS_MAX];
	int nr_panels;
};

/*
 * Lays out a figure of the columns that have a value in the samples, of which there is at least one
 * row. The texts and arrays are kept, not copied. The axes get at most so many ticks.
 *
 * Columns that are bounds, such as the peer's window, may be a thousand times what they bound,
 * which would be a flat line on their scale. The others of a panel choose its scale, and what of a
 * bound is above it is cut off, as its name says then, unless no other has a value.
 */
void figure__lay_out(struct figure *figure, const char *title, const struct plot_column columns[],
		     const struct samples *samples, int time_ticks, int value_ticks);

/* Where a row lies on the time axis: 0 at its beginning, 1 at its end. */
static inline double figure__x(const struct figure *figure, const double *row)
{
	return (row[0] - figure->begin_us) / figure->span_us;
}

/* Where a value of the row lies on the panel's axis, at most at its end; NAN if it is not known. */
static inline double figure__y(const struct figure_panel *panel, const double *row, int column)
{
	double y = row[column + 1] / panel->scale.top;

	return y > 1 ? 1 : y;
}

#endif
