/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the runs of SIFTR 1.3.0 and 1.2.4 as rows, in the units of 1.3.0. */
#ifndef SIFTR_READ_SIFTR_ROWS_H
#define SIFTR_READ_SIFTR_ROWS_H

#include <stdbool.h>

#include "read/line_parser.h"
#include "read/row_event.h"
#include "read/row_flows.h"
#include "read/run_lines.h"

struct siftr_rows {
	struct line_parser parser; /* opened and closed by the caller */
	struct row_flows *flows;   /* the caller's */
	bool has_pending;	   /* pending is to be handled before another line is read */
	struct run_lines run;
	struct line_event pending;
	struct header_values header;
	struct row rows[ROW_EVENT_ROWS_MAX];
	struct row_search searches[ROW_EVENT_ROWS_MAX]; /* of these rows */
};

/* Reads the next event. Lines that cannot be read are reported and left out. 0 or -errno. */
int siftr_rows__next(struct siftr_rows *reader, struct row_event *event);

#endif
