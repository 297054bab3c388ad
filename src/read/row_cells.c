// SPDX-License-Identifier: BSD-2-Clause
#include "read/row_cells.h"

#include <string.h>

#include "convert/field_table.h"
#include "read/field_parser.h"

/* Seconds of ten digits, a dot and six digits, as siftr-bpf writes them. */
#define USUAL_TIME_BYTES 17

static const char *const names[ROW_CELL_FIELDS] = {
#define COLUMN(name, ...) [ROW_##name] = #name,
#include "format/row_columns.def"
#undef COLUMN
	[ROW_flowid] = "flowid",    [ROW_flowtype] = "flowtype",
	[ROW_CELL_TIME] = "time",   [ROW_CELL_DIRECTION] = "direction",
	[ROW_CELL_LADDR] = "laddr", [ROW_CELL_LPORT] = "lport",
	[ROW_CELL_FADDR] = "faddr", [ROW_CELL_FPORT] = "fport",
};

const char *row_cells__name(unsigned int cell)
{
	return cell < ROW_CELL_FIELDS ? names[cell] : field_table[cell - ROW_CELL_FIELDS].name;
}

static bool is_name(unsigned int cell, const char *name, size_t bytes)
{
	const char *known = row_cells__name(cell);

	return known && *known && strlen(known) == bytes && !memcmp(known, name, bytes);
}

/* The search begins at `likely`: names mostly come in the order of the cells, with gaps. */
unsigned int row_cells__find(const char *name, size_t bytes, unsigned int likely)
{
	unsigned int cell = likely < ROW_CELLS_ALL ? likely : 0;

	for (unsigned int tried = 0; tried < ROW_CELLS_ALL; tried++) {
		if (is_name(cell, name, bytes))
			return cell;
		cell = cell + 1 < ROW_CELLS_ALL ? cell + 1 : 0;
	}
	return ROW_CELL_OTHER;
}

void row_cells__clear(struct row_cells *cells)
{
	size_t count = cells->has_fields ? ROW_CELLS_ALL : ROW_CELL_FIELDS;

	memset(cells->of, 0, count * sizeof(cells->of[0]));
	cells->has_fields = false;
}

/* The byte after the text is no digit, so it can be the delimiter that the parser expects. */
static inline bool parse_number(const char *text, size_t bytes, __u32 max, __u32 *value)
{
	return field_parser__small_number(text, text[bytes], value) == text + bytes + 1 &&
	       *value <= max;
}

/* Parses seconds and a fraction of up to six digits: JSON programs leave out zeros at its end. */
static bool parse_time(const char *text, size_t bytes, struct siftr_time *time)
{
	size_t digits, fraction = 0;
	const char *dot;
	__u64 time_us;

	if (bytes == USUAL_TIME_BYTES && field_parser__time(text, &time_us) == text + bytes + 1) {
		*time = row__time(time_us);
		return true;
	}
	dot = bytes ? memchr(text, '.', bytes) : NULL;
	digits = dot ? (size_t)(dot - text) : bytes;
	if (!field_parser__is_number(text, digits, 999999999999ULL, &time->seconds))
		return false;
	time->microseconds = 0;
	for (; dot && digits + 1 + fraction < bytes; fraction++) {
		char digit = dot[1 + fraction];

		if (!field_parser__is_digit(digit) || fraction >= 6)
			return false;
		time->microseconds = time->microseconds * 10 + (__u32)(digit - '0');
	}
	for (; fraction < 6; fraction++)
		time->microseconds *= 10;
	return true;
}

/* Joins the four cells of the flow to *tuple. Returns whether they are valid. */
static bool join_tuple(const struct row_cells *cells, struct row_tuple *tuple)
{
	const char *end;

	tuple->bytes = 0;
	for (int cell = ROW_CELL_LADDR; cell <= ROW_CELL_FPORT; cell++) {
		size_t bytes = cells->of[cell].bytes;

		if (!cells->of[cell].text || tuple->bytes + bytes + 1 > TUPLE_ROOM)
			return false;
		memcpy(tuple->text + tuple->bytes, cells->of[cell].text, bytes);
		tuple->bytes += bytes;
		tuple->text[tuple->bytes++] = ',';
	}
	memset(tuple->text + tuple->bytes, 0, ROW_TUPLE_ZEROS);
	end = field_parser__columns_tuple(tuple->text);
	tuple->bytes--;
	return end == tuple->text + tuple->bytes + 1;
}

static unsigned int convert_columns(const struct row_cells *cells, struct row *row)
{
	__u32 *columns = (__u32 *)&row->columns, flowtype = 0;

	for (unsigned int cell = 0; cell < ROW_COLUMNS; cell++) {
		__u32 *value = cell == ROW_flowid     ? &row->flowid
			       : cell == ROW_flowtype ? &flowtype
						      : &columns[cell];

		*value = 0;
		if (!cells->of[cell].bytes)
			row->absent |= ROW_BIT(cell);
		else if (!parse_number(cells->of[cell].text, cells->of[cell].bytes,
				       cell == ROW_flowtype ? 255 : ~0U, value))
			return cell;
	}
	row->flowtype = (__u8)flowtype;
	return ROW_CELLS;
}

static bool parse_field(const struct row_cells *cells, struct row_fields *fields, __u32 field)
{
	const struct field_row *row = &field_table[field];
	const char *text = cells->of[ROW_CELL_FIELDS + field].text;
	size_t bytes = cells->of[ROW_CELL_FIELDS + field].bytes;
	char copy[SIFTR_TEXT_MAX + 1];
	__u64 value;

	if (field_table__is_text(row)) {
		if (!cell_text__copy(copy, text, bytes,
				     cells->of[ROW_CELL_FIELDS + field].spelling))
			return false;
		row_fields__set_text(fields, field, copy);
		return true;
	}
	if (!field_parser__is_number(text, bytes, ~0ULL >> (64 - 8 * row->bytes), &value))
		return false;
	row_fields__set(fields, field, value);
	return true;
}

/* Returns the cell of the first field that is not valid, or ROW_CELLS. */
static unsigned int convert_fields(const struct row_cells *cells, struct row_fields *fields)
{
	memset(fields->present, 0, sizeof(fields->present));
	for (unsigned int field = 0; field < SIFTR_FIELDS; field++) {
		unsigned int cell = ROW_CELL_FIELDS + field;

		if (cells->of[cell].bytes && !parse_field(cells, fields, field))
			return cell;
	}
	return ROW_CELLS;
}

unsigned int row_cells__convert(const struct row_cells *cells, struct row *row,
				struct row_fields *fields, struct row_tuple *tuple)
{
	const char *direction = cells->of[ROW_CELL_DIRECTION].text;
	unsigned int bad;

	row->absent = 0;
	row->fields = cells->has_fields ? fields : NULL;
	if (!parse_time(cells->of[ROW_CELL_TIME].text, cells->of[ROW_CELL_TIME].bytes, &row->time))
		return ROW_CELL_TIME;
	if (cells->of[ROW_CELL_DIRECTION].bytes != 1 || (*direction != 'i' && *direction != 'o'))
		return ROW_CELL_DIRECTION;
	row->direction = *direction == 'o' ? SIFTR_OUT : SIFTR_IN;
	if (!join_tuple(cells, tuple))
		return ROW_CELL_LADDR;
	bad = convert_columns(cells, row);
	return bad == ROW_CELLS && row->fields ? convert_fields(cells, fields) : bad;
}
