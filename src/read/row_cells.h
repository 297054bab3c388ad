/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of one row as texts, by name, as csv and jsonl have them. */
#ifndef SIFTR_READ_ROW_CELLS_H
#define SIFTR_READ_ROW_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "format/row.h"
#include "format/tuple.h"

/* What every row has, after the numbers of the columns. */
enum row_cell {
	ROW_CELL_TIME = ROW_COLUMNS,
	ROW_CELL_DIRECTION,
	ROW_CELL_LADDR,
	ROW_CELL_LPORT,
	ROW_CELL_FADDR,
	ROW_CELL_FPORT,
	ROW_CELLS,
	ROW_CELL_OTHER = ROW_CELLS, /* neither a column nor a field: ignored */
	ROW_CELL_FIELDS,	    /* here and after it: the fields by their numbers */
	ROW_CELLS_ALL = ROW_CELL_FIELDS + SIFTR_FIELDS,
};

/* The texts lie in a buffered_reader: what follows one can be read. */
struct row_cells {
	struct {
		const char *text; /* NULL or no bytes: not known */
		size_t bytes;
	} of[ROW_CELLS_ALL];
	bool has_fields; /* some of their cells are set */
};

/* To be called before the first cell of a line is set. */
void row_cells__clear(struct row_cells *cells);

/*
 * The cell with that name; `likely` and those after it are tried first. ROW_CELL_OTHER if there is
 * none.
 */
unsigned int row_cells__find(const char *name, size_t bytes, unsigned int likely);
/* The name of a cell. */
const char *row_cells__name(unsigned int cell);

/* What field_parser.h needs after a text. */
#define ROW_TUPLE_ZEROS 32

/* "laddr,lport,faddr,fport" and zeros. */
struct row_tuple {
	char text[TUPLE_ROOM + ROW_TUPLE_ZEROS];
	size_t bytes;
};

/*
 * Converts the cells to a row, but for its flow, which *tuple is; its fields are stored in *fields.
 * Returns the first cell that is missing or not valid, or ROW_CELLS. Columns and fields may be
 * missing: they are absent.
 */
unsigned int row_cells__convert(const struct row_cells *cells, struct row *row,
				struct row_fields *fields, struct row_tuple *tuple);

#endif
