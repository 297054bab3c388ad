/* SPDX-License-Identifier: BSD-2-Clause */
/* The cells of a table of flows for people: what is in them, not where. */
#ifndef SIFTR_COMMANDS_FLOW_CELLS_H
#define SIFTR_COMMANDS_FLOW_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct flow_analysis;

/* Which columns a table has. */
enum flow_table {
	FLOW_TABLE_FULL,
	FLOW_TABLE_BRIEF, /* what fits a terminal: how long each flow was held up, and by what */
};

/* Columns of all tables together, numbered from 0 in their order. */
#define FLOW_CELL_COLUMNS 21

/* Enough for any cell. */
#define FLOW_CELL_BYTES 128

/* What the cells of a table have in common. */
struct flow_cells {
	enum flow_table table;
	__u64 begin_us; /* of a flow */
	bool has_days;	/* not all flows begin on its day, so that each has its date */
};

/* Whether the table has the column. */
bool flow_cells__has(const struct flow_cells *cells, size_t column);
/* Columns that are too many for a line go in the order of their rank, from 1 on; 0: it stays. */
unsigned int flow_cells__rank(size_t column);
/*
 * Whether its cells are names, which may be those of hostile processes, with any bytes but NUL. All
 * others are printable ASCII.
 */
bool flow_cells__is_name(size_t column);

/* They write a flow's cell of that column, or its title, without a NUL. They return the end. */
char *flow_cells__write(const struct flow_cells *cells, size_t number,
			const struct flow_analysis *flow, char *out);
char *flow_cells__title(const struct flow_cells *cells, size_t number, char *out);

#endif
