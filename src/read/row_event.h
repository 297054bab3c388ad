/* SPDX-License-Identifier: BSD-2-Clause */
/* What a log in any form consists of, as rows: the header, rows and footer of each run. */
#ifndef SIFTR_READ_ROW_EVENT_H
#define SIFTR_READ_ROW_EVENT_H

#include <stddef.h>
#include <linux/types.h>

#include "format/format.h"

enum row_event_kind {
	ROW_EVENT_END,	       /* the end of the input */
	ROW_EVENT_START,       /* a header; valid: start */
	ROW_EVENT_ROWS,	       /* valid: rows */
	ROW_EVENT_FOOTER,      /* valid: footer; the flow list follows */
	ROW_EVENT_LISTED_FLOW, /* valid: listed_flow */
	ROW_EVENT_FOOTER_END,
};

/* Pointers are valid until the next event, those to flows until the reader is closed. */
struct row_event {
	enum row_event_kind kind;
	__u64 line; /* where it begins, from 1; of a table the last line read before */
	union {
		struct {
			struct format_start values;
			char sysname[8];
		} start;
		struct {
			const struct row *first;
			size_t count;
		} rows;
		struct {
			struct siftr_time disabled;
			struct format_totals totals;
		} footer;
		struct siftr_flow_key listed_flow;
	};
};

/* The most rows of one event. */
#define ROW_EVENT_ROWS_MAX 64

#endif
