/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the lines of csv and jsonl apart into cells, without the quotes around them. */
#ifndef SIFTR_READ_TABLE_LINES_H
#define SIFTR_READ_TABLE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "read/row_cells.h"

#define TABLE_LINES_CELLS_MAX 256

/* Which cell each value of a line of a csv is, according to the names in the first line. */
struct table_columns {
	unsigned int count;
	__u16 cell[TABLE_LINES_CELLS_MAX]; /* enum row_column or enum row_cell */
	__u32 absent;			   /* ROW_BIT() of the columns that it does not have */
	bool has_fields;
};

/*
 * Reads the first line of a csv, without its '\n'. Returns whether it names every cell that a row
 * must have, no known name twice, and at most TABLE_LINES_CELLS_MAX cells.
 */
bool table_lines__names(const char *text, size_t bytes, struct table_columns *columns);

/* Adds the bit of each captured field that a csv has. */
void table_lines__fields(const struct table_columns *columns, __u64 present[ROW_FIELDS_MAX / 64]);

/*
 * The '\n' that ends the first row of a csv in `text`, of `bytes` bytes. A '\n' in quotes is part
 * of a cell; if the row has such, *newlines is set to their number. If no '\n' follows the quotes,
 * the first '\n' of all ends the row. NULL if there is none.
 */
const char *table_lines__csv_end(const char *text, size_t bytes, __u64 *newlines);

/*
 * Set the cells to the texts of a line, which is without its '\n' and must be followed by 8 bytes
 * that can be read. Both return whether the line can be taken apart.
 */
bool table_lines__csv(const char *text, size_t bytes, const struct table_columns *columns,
		      struct row_cells *cells);
bool table_lines__jsonl(const char *text, size_t bytes, struct row_cells *cells);

/*
 * Sets lost[] to what a line of a stream in jsonl says was lost so far. False, with lost[] as it
 * was, if the line is another one.
 */
bool table_lines__losses(const char *text, size_t bytes, __u64 lost[SIFTR_DIRECTIONS]);

#endif
