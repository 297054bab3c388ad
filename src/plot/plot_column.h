/* SPDX-License-Identifier: BSD-2-Clause */
/* A column or captured field of rows as something that is drawn: its name, unit and values. */
#ifndef SIFTR_PLOT_PLOT_COLUMN_H
#define SIFTR_PLOT_PLOT_COLUMN_H

#include <stddef.h>

#include "format/row.h"
#include "plot/scale.h"

struct plot_column {
	const char *name; /* as the user named it, or its short name */
	const char *unit; /* "" or the unit of a QUANTITY_COUNT */
	enum quantity quantity;
	int column; /* number of a column of SIFTR; -1: `field` is that of a captured field */
	int field;
	double factor; /* from what a row has to bytes or microseconds */
};

/* The most columns that a list may name: as many as there are colours. */
#define PLOT_COLUMNS_MAX 8

/*
 * Finds the columns that a list names, with commas between them: columns and fields by their names,
 * cwnd, ssthresh and inflight by these. Names of *columns are valid forever. Returns their
 * number, or -EINVAL, reported.
 */
int plot_column__parse(const char *list, struct plot_column columns[PLOT_COLUMNS_MAX]);

/* The value of the column in a row; NAN if it is not known or, of a threshold, was never set. */
double plot_column__value(const struct plot_column *column, const struct row *row);

#endif
