// SPDX-License-Identifier: BSD-2-Clause
#include "read/table_lines.h"

#include <string.h>

#include "read/field_parser.h"

struct token {
	const char *text;
	size_t bytes;
	enum cell_spelling spelling;
};

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

/*
 * The quote that closes a cell whose opening quote is before `at`; NULL if there is none before
 * `end`. Sets the spelling of *cell if the cell has doubled quotes.
 */
static const char *find_closing_quote(const char *at, const char *end, struct token *cell)
{
	for (;;) {
		at = at < end ? memchr(at, '"', (size_t)(end - at)) : NULL;
		if (!at || at + 1 == end || at[1] != '"')
			return at;
		cell->spelling = CELL_DOUBLE_QUOTES;
		at += 2;
	}
}

/*
 * Takes a cell; *cell is without the quotes. Returns its end, a comma or `end`; NULL if the cell
 * has no closing quote, or if anything else follows that.
 */
static inline const char *take_cell(const char *at, const char *end, struct token *cell)
{
	const char *stop;

	cell->spelling = CELL_PLAIN;
	if (__builtin_expect(at < end && *at == '"', 0)) {
		cell->text = at + 1;
		stop = find_closing_quote(at + 1, end, cell);
		cell->bytes = stop ? (size_t)(stop - cell->text) : 0;
		return stop && (stop + 1 == end || stop[1] == ',') ? stop + 1 : NULL;
	}
	stop = find_comma(at, end);
	cell->text = at;
	cell->bytes = (size_t)(stop - at);
	return stop;
}

static __u64 count_newlines(const char *text, const char *end)
{
	__u64 count = 0;

	while ((text = memchr(text, '\n', (size_t)(end - text)))) {
		text++;
		count++;
	}
	return count;
}

const char *table_lines__csv_end(const char *text, size_t bytes, __u64 *newlines)
{
	const char *end = text + bytes, *newline = memchr(text, '\n', bytes), *at = text;
	struct token cell;

	if (!newline || !memchr(text, '"', (size_t)(newline - text)))
		return newline;
	for (; at < end && *at != '\n'; at += at < end && *at == ',') {
		at = *at == '"' ? find_closing_quote(at + 1, end, &cell) : at;
		if (!at)
			return newline;
		while (at < end && *at != ',' && *at != '\n')
			at++;
	}
	if (at == end)
		return newline;
	*newlines = count_newlines(text, at);
	return at;
}

bool table_lines__names(const char *text, size_t bytes, struct table_columns *columns)
{
	const char *end = text + bytes;
	bool has[ROW_CELLS_ALL] = {};
	unsigned int cell = ROW_CELL_TIME - 1;
	struct token name;

	columns->count = 0;
	columns->has_fields = false;
	for (;;) {
		const char *stop = take_cell(text, end, &name);

		if (!stop)
			return false;
		cell = row_cells__find(name.text, name.bytes, cell + 1);
		if (columns->count == TABLE_LINES_CELLS_MAX ||
		    (has[cell] && cell != ROW_CELL_OTHER))
			return false;
		has[cell] = true;
		columns->has_fields |= cell >= ROW_CELL_FIELDS;
		columns->cell[columns->count++] = (__u16)cell;
		if (stop == end)
			break;
		text = stop + 1;
	}
	columns->absent = 0;
	for (unsigned int column = 0; column < ROW_COLUMNS; column++)
		columns->absent |= has[column] ? 0 : ROW_BIT(column);
	for (cell = ROW_CELL_TIME; cell < ROW_CELLS; cell++)
		if (!has[cell])
			return false;
	return true;
}

bool table_lines__csv(const char *text, size_t bytes, const struct table_columns *columns,
		      struct row_cells *cells)
{
	const char *end = text + bytes;
	unsigned int count = 0;
	struct token value;

	row_cells__clear(cells);
	cells->has_fields = columns->has_fields;
	for (;;) {
		const char *stop = take_cell(text, end, &value);

		if (!stop || count == columns->count)
			return false;
		row_cells__set(cells, columns->cell[count++], value.text, value.bytes,
			       value.spelling);
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

/*
 * Takes a string; *token is without the quotes. Returns its end; NULL if the string has none or has
 * a control character.
 */
static const char *take_string(const char *at, const char *end, struct token *token)
{
	token->text = ++at;
	token->spelling = CELL_PLAIN;
	while (at < end && *at != '"') {
		if (*at == '\\') {
			token->spelling = CELL_ESCAPES;
			at++;
		}
		if ((unsigned char)*at < ' ')
			return NULL;
		at++;
	}
	token->bytes = (size_t)(at - token->text);
	return at < end ? at + 1 : NULL;
}

/* Takes a string, number or word; *token has no bytes for null. Returns its end, or NULL. */
static const char *take_value(const char *at, const char *end, struct token *token)
{
	if (at < end && *at == '"')
		return take_string(at, end, token);
	token->text = at;
	token->spelling = CELL_PLAIN;
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
	row_cells__set(cells, *cell, value.text, value.bytes, value.spelling);
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

/* Parses `name` and the number after it, up to `end`. Returns what follows, NULL if it is not so.
 */
static const char *take_count(const char *at, const char *end, const char *name, __u64 *count)
{
	size_t bytes = strlen(name), digits = 0;

	if ((size_t)(end - at) < bytes || memcmp(at, name, bytes) != 0)
		return NULL;
	at += bytes;
	while (at + digits < end && field_parser__is_digit(at[digits]))
		digits++;
	return field_parser__is_number(at, digits, ~0ULL, count) ? at + digits : NULL;
}

bool table_lines__losses(const char *text, size_t bytes, __u64 lost[SIFTR_DIRECTIONS])
{
	const char *end = text + bytes, *at;
	__u64 in, out;

	at = take_count(text, end, "{\"lost_in\":", &in);
	at = at ? take_count(at, end, ",\"lost_out\":", &out) : NULL;
	if (!at || end - at != 1 || *at != '}')
		return false;
	lost[SIFTR_IN] = in;
	lost[SIFTR_OUT] = out;
	return true;
}

void table_lines__fields(const struct table_columns *columns, __u64 present[ROW_FIELDS_MAX / 64])
{
	for (unsigned int i = 0; i < columns->count; i++) {
		unsigned int field = columns->cell[i] - ROW_CELL_FIELDS;

		if (columns->cell[i] >= ROW_CELL_FIELDS)
			present[field / 64] |= 1ULL << field % 64;
	}
}
