/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns of the live view as text. */
#ifndef SIFTR_LIVE_LIVE_COLUMNS_H
#define SIFTR_LIVE_LIVE_COLUMNS_H

#include "live/live_model.h"

#define LIVE_CELL_BYTES 72

struct live_column_row {
	const char *name;  /* as --sort takes it */
	const char *title; /* above the column */
	int width;	   /* in characters */
	int rank;	   /* where there is no room for all, the lowest come first */
};

extern const struct live_column_row live_columns[LIVE_COLUMNS];

/* The column with that name; LIVE_COLUMNS if there is none. */
enum live_column live_columns__find(const char *name);

/* Writes a cell; "-" is what is not known. It may be wider than its column. Returns `text`. */
const char *live_columns__cell(const struct live_line *line, enum live_column column,
			       char text[LIVE_CELL_BYTES]);

/* Short names of the states, as ss(8) has them; of a number that is none, "?". */
const char *live_columns__state(__u32 conn_state);

/* Writes a rate as people read it: bits a second of bytes a second, "94.1M"; "-": not known. */
const char *live_columns__rate(double bytes, char text[LIVE_CELL_BYTES]);

#endif
