// SPDX-License-Identifier: BSD-2-Clause
/*
 * Comma-separated values: one row of names, then a row for each packet with the columns of SIFTR,
 * but the time before the direction. Texts are in quotes where RFC 4180 demands it; a value that
 * is not known is empty. There is no footer that a killed run could leave out.
 */
#include "format/format.h"

#include "convert/field_table.h"
#include "format/column_table.h"
#include "format/columns_text.h"
#include "format/field_keys.h"
#include "format/quoted_text.h"
#include "format/selection.h"

#define LINE_MAX_BYTES 512

/* Length of the longest field: a text is longer than any number. */
#define FIELD_MAX QUOTED_TEXT_CSV_MAX
_Static_assert(FIELD_MAX >= DECIMAL_U64_MAX, "the longest number fits its room");

/* Columns 7 to 25. */
#define COLUMNS_BEFORE_ID (ROW_BIT(ROW_flowid) - 1)

#define BEGINNING "time,direction,laddr,lport,faddr,fport,"

#define COLUMN(name, ...) #name ","
static const char names[] = BEGINNING
#include "format/row_columns.def"
	"flowid,flowtype\n";
#undef COLUMN

_Static_assert(sizeof(names) <= FORMAT_HEADER_MAX, "the row of names fits its room");
_Static_assert(SECOND_TEXT_ROOM + 7 + 2 + TUPLE_IPV6_MAX + 19 * (DECIMAL_U32_MAX + 1) +
			       FLOW_TEXT_ID_COPY + TUPLE_ROOM <=
		       LINE_MAX_BYTES,
	       "the longest line with its excess bytes fits its room");

static char *write_name(char *out, const char *name)
{
	out = stpcpy(out, name);
	*out++ = ',';
	return out;
}

/* Writes the row of names of a selection. Its last comma becomes the '\n'. */
static char *write_names(char *out, const struct selection *selection)
{
	out = stpcpy(out, BEGINNING);
	for (int column = 0; column < ROW_COLUMNS; column++)
		if (selection->columns & ROW_BIT(column))
			out = write_name(out, column_table[column].name);
	for (__u32 i = 0; i < selection->nr_fields; i++)
		out = write_name(out, field_table[selection->fields[i]].name);
	out[-1] = '\n';
	return out;
}

static char *write_header(char *out, const struct format_start *start)
{
	if (start->selection)
		return write_names(out, start->selection);
	memcpy(out, names, sizeof(names) - 1);
	return out + sizeof(names) - 1;
}

/*
 * Writes the columns of the set `selected`, each with its comma, absent ones as empty.
 * columns_text__write() is faster if none is absent.
 */
static char *write_columns(char *out, const struct row *row, __u32 selected)
{
	for (int column = 0; column < ROW_COLUMNS; column++) {
		if (!(selected & ROW_BIT(column)))
			continue;
		if (row->absent & ROW_BIT(column))
			*out++ = ',';
		else
			out = digits__column(out, row__column(row, column));
	}
	return out;
}

static char *write_id(char *out, const struct row *row)
{
	if (row->absent & ROW_BIT(ROW_flowid))
		*out++ = ',';
	else
		out = digits__column(out, row->flowid);
	if (!(row->absent & ROW_BIT(ROW_flowtype)))
		out = digits__column(out, row->flowtype) - 1;
	*out++ = '\n';
	return out;
}

static char *write_addresses(char *out, const struct siftr_flow_key *flow)
{
	return tuple__write(out, flow, TUPLE_COLUMNS);
}

/* Writes what each row begins with: time, direction and flow. `flow` is NULL if not cached. */
static inline char *write_beginning(char *out, struct format_cache *cache, const struct row *row,
				    const struct flow_text *flow)
{
	out = second_text__copy_time(out, &cache->second, row->time.seconds);
	out = digits__six_column(out, row->time.microseconds);
	*out++ = row->direction == SIFTR_IN ? 'i' : 'o';
	*out++ = ',';
	return flow ? flow_text__copy_addresses(out, flow) : write_addresses(out, row->flow);
}

static inline char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct flow_text *flow = flow_text__find(&cache->flows, row);

	out = write_beginning(out, cache, row, flow);
	out = __builtin_expect(!row->absent, 1) ? columns_text__write(out, cache, &row->columns)
						: write_columns(out, row, COLUMNS_BEFORE_ID);
	return flow ? flow_text__copy_id(out, flow) : write_id(out, row);
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_row(out, cache, &rows[i]);
	return out;
}

static char *write_text(char *out, const struct row_fields *fields, __u32 field)
{
	out = quoted_text__csv(out, row_fields__text(fields, field));
	*out++ = ',';
	return out;
}

/* Writes the selected fields, each with its comma; `fields` is NULL if none is known. */
static char *write_fields(char *out, const struct row_fields *fields,
			  const struct selection *selection)
{
	for (__u32 i = 0; i < selection->nr_fields; i++) {
		__u32 field = selection->fields[i];

		if (!row_fields__has(fields, field))
			*out++ = ',';
		else if (__builtin_expect(field_keys__fields[field].kind == FIELD_TEXT, 0))
			out = write_text(out, fields, field);
		else
			out = field_keys__number(out, fields->values[field]);
	}
	return out;
}

static char *write_selected_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct selection *selection = cache->selection;

	if (selection->columns == ROW_ALL) {
		out = write_row(out, cache, row);
		out[-1] = ',';
	} else {
		out = write_beginning(out, cache, row, flow_text__find(&cache->flows, row));
		out = write_columns(out, row, selection->columns);
	}
	out = write_fields(out, row->fields, selection);
	out[-1] = '\n';
	return out;
}

static char *write_selected_rows(char *out, struct format_cache *cache, const struct row rows[],
				 size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_selected_row(out, cache, &rows[i]);
	return out;
}

static void select_fields(struct format *format, const struct selection *selection)
{
	format->begins = NULL;
	format->selection = selection;
	format->header_max = sizeof(names);
	for (__u32 i = 0; i < selection->nr_fields; i++)
		format->header_max += strlen(field_table[selection->fields[i]].name) + 1;
	format->line_max += selection->nr_fields * (FIELD_MAX + 1);
	format->rows = write_selected_rows;
}

static const struct flow_spelling spelling = {write_addresses, write_id};

const struct format format_csv = {
	.name = "csv",
	.direction_after = ",",
	.begins = names,
	.one_header = true,
	.flow = &spelling,
	.line_max = LINE_MAX_BYTES,
	.header = write_header,
	.rows = write_rows,
	.select = select_fields,
};
