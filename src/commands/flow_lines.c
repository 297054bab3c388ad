// SPDX-License-Identifier: BSD-2-Clause
/*
 * How wide the columns are is known when all cells are: until then they are kept as text, since
 * making them again takes longer, and is much less than what is kept of a flow.
 */
#include "commands/flow_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/flow_analysis.h"
#include "report/clock_time.h"
#include "report/text_buffer.h"
#include "report/text_width.h"

#define ROOM_AT_FIRST  4096
#define BLANKS_BETWEEN 2

/* A cell: these two, its text and a NUL. */
struct cell {
	__u8 width;  /* when it is printed */
	__u8 length; /* of the text */
	char text[];
};

/* Room for a cell, which FLOW_CELL_BYTES keeps short enough for its struct. */
#define CELL_ROOM (sizeof(struct cell) + FLOW_CELL_BYTES)

/* All lines of a table, the titles first. */
struct lines {
	struct flow_cells cells;
	size_t widths[FLOW_CELL_COLUMNS]; /* 0: left out */
	__u32 known;			  /* of the columns, a bit each: a flow has a value there */
	char *kept;			  /* their cells, one behind the other */
	size_t used, room;
};

/* Makes room for one more line. 0 or -ENOMEM. */
static int make_room(struct lines *lines)
{
	size_t room = lines->room ? 2 * lines->room : ROOM_AT_FIRST;
	char *kept;

	if (lines->room - lines->used >= FLOW_CELL_COLUMNS * CELL_ROOM)
		return 0;
	kept = realloc(lines->kept, room);
	if (!kept)
		return -ENOMEM;
	lines->kept = kept;
	lines->room = room;
	return 0;
}

/* Adds a line, of the titles without a flow, and makes the columns as wide. 0 or -ENOMEM. */
static int add_line(struct lines *lines, const struct flow_analysis *flow)
{
	const struct flow_cells *cells = &lines->cells;
	int err = make_room(lines);

	for (size_t column = 0; column < FLOW_CELL_COLUMNS && !err; column++) {
		struct cell *cell = (struct cell *)(lines->kept + lines->used);
		char *end;

		if (!flow_cells__has(cells, column))
			continue;
		end = flow ? flow_cells__write(cells, column, flow, cell->text)
			   : flow_cells__title(cells, column, cell->text);
		*end = '\0';
		cell->length = (__u8)(end - cell->text);
		cell->width = flow_cells__is_name(column)
				      ? (__u8)text_width__of(cell->text, cell->length)
				      : cell->length;
		if (flow && cell->text[strspn(cell->text, "-/")])
			lines->known |= 1U << column;
		if (cell->width > lines->widths[column])
			lines->widths[column] = cell->width;
		lines->used += sizeof(*cell) + cell->length + 1;
	}
	return err;
}

/* Prints the line whose cells begin at `at`. Returns where those of the next begin. */
static const char *print_line(const struct lines *lines, const char *at, struct text_buffer *out)
{
	size_t blanks = 0; /* before the next cell: none after the last one */

	for (size_t column = 0; column < FLOW_CELL_COLUMNS; column++) {
		const struct cell *cell = (const struct cell *)at;

		if (!flow_cells__has(&lines->cells, column))
			continue;
		at += sizeof(*cell) + cell->length + 1;
		if (!lines->widths[column])
			continue;
		text_buffer__add_blanks(out, blanks);
		blanks = lines->widths[column] + BLANKS_BETWEEN - cell->width;
		if (flow_cells__is_name(column))
			text_buffer__add_printable(out, cell->text);
		else
			text_buffer__add_bytes(out, cell->text, cell->length);
	}
	text_buffer__add(out, "\n");
	return at;
}

static size_t width_of(const struct lines *lines)
{
	size_t width = 0;

	for (size_t column = 0; column < FLOW_CELL_COLUMNS; column++)
		if (lines->widths[column])
			width += lines->widths[column] + (width ? BLANKS_BETWEEN : 0);
	return width;
}

/* The column that goes first; FLOW_CELL_COLUMNS if none may. */
static size_t least_of(const struct lines *lines)
{
	size_t least = FLOW_CELL_COLUMNS;

	for (size_t column = 0; column < FLOW_CELL_COLUMNS; column++) {
		unsigned int rank = flow_cells__rank(column);

		if (lines->widths[column] && rank &&
		    (least == FLOW_CELL_COLUMNS || rank < flow_cells__rank(least)))
			least = column;
	}
	return least;
}

/* Leaves out columns until a line fits, first those in which no flow has a value. */
static void fit_columns(struct lines *lines, struct flow_fit *fit)
{
	size_t least;

	for (size_t column = 0; column < FLOW_CELL_COLUMNS && width_of(lines) > fit->width;
	     column++)
		if (flow_cells__rank(column) && !(lines->known & 1U << column))
			lines->widths[column] = 0;
	while (width_of(lines) > fit->width && (least = least_of(lines)) < FLOW_CELL_COLUMNS) {
		lines->widths[least] = 0;
		fit->left_out++;
	}
}

int flow_lines__print(FILE *stream, enum flow_table table, struct flow_fit *fit,
		      const struct flow_analysis *const flows[], size_t count)
{
	static struct text_buffer out;
	struct lines lines = {.cells = {table, count ? flows[0]->begin_us : 0, false}};
	int err;

	for (size_t i = 0; i < count; i++)
		lines.cells.has_days |=
			!clock_time__same_day(flows[i]->begin_us, lines.cells.begin_us);
	err = add_line(&lines, NULL);
	for (size_t i = 0; i < count && !err; i++)
		err = add_line(&lines, flows[i]);
	if (!err && fit)
		fit_columns(&lines, fit);
	if (!err) {
		const char *at = lines.kept;

		out.stream = stream;
		while (at < lines.kept + lines.used)
			at = print_line(&lines, at, &out);
		text_buffer__flush(&out);
	}
	free(lines.kept);
	return err;
}
