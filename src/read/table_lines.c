// SPDX-License-Identifier: BSD-2-Clause
#include "read/table_lines.h"

#include <string.h>

#include "read/field_parser.h"

bool table_lines__names(const char *text, size_t bytes, struct table_columns *columns)
{
	const char *end = text + bytes;
	bool has[ROW_CELLS_ALL] = {};

	unsigned int cell = ROW_CELL_TIME - 1;

	columns->count = 0;
	columns->has_fields = false;
	for (;;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *stop = comma ? comma : end;

		cell = row_cells__find(text, (size_t)(stop - text), cell + 1);

		if (columns->count == TABLE_LINES_CELLS_MAX ||
		    (has[cell] && cell != ROW_CELL_OTHER))
			return false;
		has[cell] = true;
		columns->has_fields |= cell >= ROW_CELL_FIELDS;
		columns->cell[columns->count++] = (__u16)cell;
		if (!comma)
			break;
		text = comma + 1;
	}
	columns->absent = 0;
	for (unsigned int column = 0; column < ROW_COLUMNS; column++)
		columns->absent |= has[column] ? 0 : ROW_BIT(column);
	for (cell = ROW_CELL_TIME; cell < ROW_CELLS; cell++)
		if (!has[cell])
			return false;
	return true;
}

/* Finds the next comma, or `end`, eight bytes at a time: 8 bytes after `end` must be readable. */
static inline const char *find_comma(const char *at, const char *end)
{
	const __u64 ones = 0x0101010101010101ULL;

	for (; at < end; at += sizeof(ones)) {
		__u64 word = field_parser__load(at) ^ ones * ',';
		__u64 found = (word - ones) & ~word & ones << 7;

		if (!found)
			continue;
		at += __builtin_ctzll(found) >> 3;
		break;
	}
	return at < end ? at : end;
}

bool table_lines__csv(const char *text, size_t bytes, const struct table_columns *columns,
		      struct row_cells *cells)
{
	const char *end = text + bytes;
	unsigned int count = 0;

	row_cells__clear(cells);
	cells->has_fields = columns->has_fields;
	for (;;) {
		const char *stop = find_comma(text, end);
		unsigned int cell;

		if (count == columns->count)
			return false;
		cell = columns->cell[count++];
		cells->of[cell].text = text;
		cells->of[cell].bytes = (size_t)(stop - text);
		if (stop == end)
			return count == columns->count;
		text = stop + 1;
	}
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

struct token {
	const char *text;
	size_t bytes;
};

/* Takes a string without escapes; *token is without the quotes. Returns its end, or NULL. */
static const char *take_string(const char *at, const char *end, struct token *token)
{
	token->text = ++at;
	while (at < end && *at != '"' && *at != '\\')
		at++;
	token->bytes = (size_t)(at - token->text);
	return at < end && *at == '"' ? at + 1 : NULL;
}

/* Takes a string, number or word; *token has no bytes for null. Returns its end, or NULL. */
static const char *take_value(const char *at, const char *end, struct token *token)
{
	if (at < end && *at == '"')
		return take_string(at, end, token);
	token->text = at;
	while (at < end && *at != ',' && *at != '}' && *at != ' ')
		at++;
	token->bytes = (size_t)(at - token->text);
	if (!token->bytes || *token->text == '{' || *token->text == '[')
		return NULL;
	if (token->bytes == 4 && !memcmp(token->text, "null", 4))
		token->bytes = 0;
	return at;
}

/*
 * Takes a member, "name": value. *cell, the cell of the member before it, becomes that of this one.
 * Returns its end, or NULL.
 */
static const char *take_member(const char *at, const char *end, struct row_cells *cells,
			       unsigned int *cell)
{
	struct token name, value;

	at = skip_blanks(at, end);
	at = at < end && *at == '"' ? take_string(at, end, &name) : NULL;
	at = at ? skip_blanks(at, end) : NULL;
	if (!at || at == end || *at != ':')
		return NULL;
	at = take_value(skip_blanks(at + 1, end), end, &value);
	if (!at)
		return NULL;
	*cell = row_cells__find(name.text, name.bytes, *cell + 1);
	cells->has_fields |= *cell >= ROW_CELL_FIELDS;
	cells->of[*cell].text = value.text;
	cells->of[*cell].bytes = value.bytes;
	return skip_blanks(at, end);
}

bool table_lines__jsonl(const char *text, size_t bytes, struct row_cells *cells)
{
	const char *end = text + bytes, *at = skip_blanks(text, end);

	/* Members mostly come in the order of the cells, beginning with the time. */
	unsigned int cell = ROW_CELL_TIME - 1;

	row_cells__clear(cells);
	if (at == end || *at != '{')
		return false;
	do {
		at = take_member(at + 1, end, cells, &cell);
	} while (at && at < end && *at == ',');
	return at && at < end && *at == '}' && skip_blanks(at + 1, end) == end;
}
