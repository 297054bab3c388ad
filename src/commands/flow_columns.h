/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns of what flows prints: names and values, for csv, jsonl and --sort. */
#ifndef SIFTR_COMMANDS_FLOW_COLUMNS_H
#define SIFTR_COMMANDS_FLOW_COLUMNS_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/flow_analysis.h"

enum flow_cell_kind {
	FLOW_CELL_UNKNOWN, /* the log cannot tell it */
	FLOW_CELL_NUMBER,
	FLOW_CELL_TIME, /* microseconds of Unix time */
	FLOW_CELL_TEXT,
};

struct flow_cell {
	enum flow_cell_kind kind;
	__u64 number;
	char text[64];
};

int flow_columns__count(void);
const char *flow_columns__name(int column);
/* The column with that name; -1 if there is none. */
int flow_columns__find(const char *name);
/* The value of the column for the flow. */
struct flow_cell flow_columns__cell(const struct flow_analysis *flow, int column);

/*
 * The fields whose absence left time of the flow undecided, as --fields takes them, separated by
 * commas; "" if there is none. `text` has room for FLOW_LACKING_BYTES.
 */
#define FLOW_LACKING_BYTES 64
const char *flow_columns__lacking(const struct flow_analysis *flow, char *text);

#endif
