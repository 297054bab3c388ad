/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the lines of csv and jsonl apart into cells. Values hold no commas, quotes or escapes. */
#ifndef SIFTR_READ_TABLE_LINES_H
#define SIFTR_READ_TABLE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "read/row_cells.h"

#define TABLE_LINES_CELLS_MAX 256

/* The cells of a csv, by its first line. */
struct table_columns {
	unsigned int count;
	__u16 cell[TABLE_LINES_CELLS_MAX]; /* enum row_cell or number of a column */
	__u32 absent;			   /* ROW_BIT() of the columns that it does not have */
	bool has_fields;
};

/*
 * Reads the first line, without its '\n'. Whether it has every cell that a row must have, no name
 * twice, and is not too long.
 */
bool table_lines__names(const char *text, size_t bytes, struct table_columns *columns);

/*
 * Both get a line without its '\n' and return whether it can be taken apart. 8 bytes after it can
 * be read.
 */
bool table_lines__csv(const char *text, size_t bytes, const struct table_columns *columns,
		      struct row_cells *cells);
bool table_lines__jsonl(const char *text, size_t bytes, struct row_cells *cells);

#endif
