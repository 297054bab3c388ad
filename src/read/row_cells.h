/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of one row as texts, by name, as csv and jsonl have them. */
#ifndef SIFTR_READ_ROW_CELLS_H
#define SIFTR_READ_ROW_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "format/row.h"
#include "format/tuple.h"
#include "read/cell_text.h"

/* Numbers of cells: after those of the columns come those that every row has, then the fields. */
enum row_cell {
	ROW_CELL_TIME = ROW_COLUMNS,
	ROW_CELL_DIRECTION,
	ROW_CELL_LADDR,
	ROW_CELL_LPORT,
	ROW_CELL_FADDR,
	ROW_CELL_FPORT,
	ROW_CELLS,
	ROW_CELL_OTHER = ROW_CELLS, /* neither a column nor a field: ignored */
	ROW_CELL_FIELDS,	    /* the first field; the others follow by their numbers */
	ROW_CELLS_ALL = ROW_CELL_FIELDS + SIFTR_FIELDS,
};

/* The texts lie in the window of a buffered_reader, so the bytes after each can be read, too. */
struct row_cells {
	struct {
		const char *text; /* NULL or no bytes: not known */
		__u32 bytes;
		__u32 spelling; /* enum cell_spelling, of a text; not used for numbers */
	} of[ROW_CELLS_ALL];
	bool has_fields; /* cells of captured fields may be set */
};

static inline void row_cells__set(struct row_cells *cells, unsigned int cell, const char *text,
				  size_t bytes, enum cell_spelling spelling)
{
	cells->of[cell].text = text;
	cells->of[cell].bytes = (__u32)bytes;
	cells->of[cell].spelling = spelling;
}

/* Empties all cells; to be called before the first cell of a line is set. */
void row_cells__clear(struct row_cells *cells);

/*
 * The cell of the column or field with that name, ROW_CELL_OTHER if there is none. `likely` and the
 * cells after it are tried first.
 */
unsigned int row_cells__find(const char *name, size_t bytes, unsigned int likely);
/* The name of a cell. */
const char *row_cells__name(unsigned int cell);

/* The zeros that field_parser.h needs after a text. */
#define ROW_TUPLE_ZEROS 32

/* "laddr,lport,faddr,fport" and zeros. */
struct row_tuple {
	char text[TUPLE_ROOM + ROW_TUPLE_ZEROS];
	size_t bytes;
};

/*
 * Converts the cells to *row, except its flow, whose text is stored in *tuple; captured fields are
 * stored in *fields. Missing columns and fields are absent in the row. Returns the first cell that
 * is not valid, or that is missing though every row must have it (for any of the four of the flow
 * ROW_CELL_LADDR); ROW_CELLS if there is none.
 */
unsigned int row_cells__convert(const struct row_cells *cells, struct row *row,
				struct row_fields *fields, struct row_tuple *tuple);

#endif
