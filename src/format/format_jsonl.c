// SPDX-License-Identifier: BSD-2-Clause
/*
 * JSON lines: an object for each packet, always with the same members in the same order. A value
 * that is not known is null. Every number fits a double, the time to the microsecond. There is
 * neither header nor footer. A stream has objects of its losses between those of packets.
 */
#include "format/format.h"

#include "convert/field_table.h"
#include "format/columns_text.h"
#include "format/field_keys.h"
#include "format/quoted_text.h"
#include "format/selection.h"

#define LINE_MAX_BYTES 1024

/* Length of the longest field without its name: a text is longer than any number in quotes. */
#define VALUE_MAX QUOTED_TEXT_JSON_MAX
_Static_assert(VALUE_MAX >= DECIMAL_U64_MAX + 2, "the longest number fits its room");

#define BEGINNING "{\"time\":"

#define COLUMN_BYTES(name) (sizeof("\"" name "\":4294967295,") - 1)

/* Its size is the length of the longest text of all columns with their names. */
struct longest_columns {
#define COLUMN(name, ...) char name[COLUMN_BYTES(#name)];
#include "format/row_columns.def"
#undef COLUMN
};

_Static_assert(sizeof(BEGINNING "18446744073709551615.999999,\"direction\":\"o\",") +
			       FLOW_TEXT_ADDRESSES_ROOM + sizeof(struct longest_columns) +
			       FLOW_TEXT_ID_ROOM + FLOW_TEXT_ROOM <=
		       LINE_MAX_BYTES,
	       "the longest line with its excess bytes fits its room");

/* Copies a text of constant length. */
#define TEXT(out, text) ((char *)memcpy(out, text, sizeof(text) - 1) + sizeof(text) - 1)

static inline char *write_columns(char *out, const struct siftr_columns *c)
{
#define COLUMN(name, ...) out = digits__column(TEXT(out, "\"" #name "\":"), c->name);
#include "format/row_columns.def"
#undef COLUMN
	return out;
}

static char *write_number(char *out, bool is_absent, __u32 value)
{
	return is_absent ? TEXT(out, "null,") : digits__column(out, value);
}

/* Writes columns 7 to 25, absent ones as null. write_columns() is faster if none is. */
static char *write_some_columns(char *out, const struct row *row)
{
#define COLUMN(name, ...)                                                                  \
	out = write_number(TEXT(out, "\"" #name "\":"), row->absent & ROW_BIT(ROW_##name), \
			   row->columns.name);
#include "format/row_columns.def"
#undef COLUMN
	return out;
}

static char *write_id(char *out, const struct row *row)
{
	out = write_number(TEXT(out, "\"flowid\":"), row->absent & ROW_BIT(ROW_flowid),
			   row->flowid);
	out = write_number(TEXT(out, "\"flowtype\":"), row->absent & ROW_BIT(ROW_flowtype),
			   row->flowtype);
	return TEXT(out - 1, "}\n");
}

static inline char *write_address(char *out, __u8 family, const __u64 address[2])
{
	/* digits__ipv4() ends with a dot, which is overwritten. */
	return family == 4 ? digits__ipv4(out, address) - 1 : decimal__ipv6(out, address);
}

static char *write_addresses(char *out, const struct siftr_flow_key *flow)
{
	out = write_address(TEXT(out, "\"laddr\":\""), flow->family, flow->laddr);
	out = digits__column(TEXT(out, "\",\"lport\":"), flow->lport);
	out = write_address(TEXT(out, "\"faddr\":\""), flow->family, flow->faddr);
	return digits__column(TEXT(out, "\",\"fport\":"), flow->fport);
}

/* Writes what each row begins with: time, direction and flow. `flow` is NULL if not cached. */
static inline char *write_beginning(char *out, struct format_cache *cache, const struct row *row,
				    const struct flow_text *flow)
{
	out = TEXT(out, BEGINNING);
	out = second_text__copy_time(out, &cache->second, row->time.seconds);
	out = digits__six_column(out, row->time.microseconds);
	out = TEXT(out, "\"direction\":\"o\",");
	out[-3] = row->direction == SIFTR_IN ? 'i' : 'o';
	return flow ? flow_text__copy_all_addresses(out, flow) : write_addresses(out, row->flow);
}

static inline char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct flow_text *flow = flow_text__find(&cache->flows, row);

	out = write_beginning(out, cache, row, flow);
	out = __builtin_expect(!row->absent, 1) ? write_columns(out, &row->columns)
						: write_some_columns(out, row);
	return flow ? flow_text__copy_all_id(out, flow) : write_id(out, row);
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_row(out, cache, &rows[i]);
	return out;
}

/* Writes the columns of the set `selected`, each with its name and a comma. */
static char *write_selected_columns(char *out, const struct row *row, __u32 selected)
{
	for (int column = 0; column < ROW_COLUMNS; column++) {
		if (!(selected & ROW_BIT(column)))
			continue;
		out = field_keys__write(out, &field_keys__columns[column]);
		out = write_number(out, row->absent & ROW_BIT(column), row__column(row, column));
	}
	return out;
}

/* Writes a text in quotes, or a number of 64 bits whose opening quote is there; then a comma. */
static char *write_string(char *out, const struct row_fields *fields, __u32 field)
{
	if (field_keys__fields[field].kind == FIELD_TEXT) {
		out = quoted_text__json(out, row_fields__text(fields, field));
	} else {
		out = field_keys__number(out, fields->values[field]);
		out[-1] = '"';
	}
	*out++ = ',';
	return out;
}

/*
 * A field of 64 bits is always a string: programs that read numbers as doubles would change those
 * above 2^53.
 */
static inline char *write_field(char *out, const struct row_fields *fields, __u32 field)
{
	const struct field_key *key = &field_keys__fields[field];

	out = field_keys__write(out, key);
	if (!row_fields__has(fields, field))
		return TEXT(out - (key->kind == FIELD_BIG), "null,");
	return key->kind == FIELD_NUMBER ? digits__column(out, (__u32)fields->values[field])
					 : write_string(out, fields, field);
}

static char *write_selected_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct selection *selection = cache->selection;

	if (selection->columns == ROW_ALL) {
		out = write_row(out, cache, row) - 1;
		out[-1] = ',';
	} else {
		out = write_beginning(out, cache, row, flow_text__find(&cache->flows, row));
		out = write_selected_columns(out, row, selection->columns);
	}
	for (__u32 i = 0; i < selection->nr_fields; i++)
		out = write_field(out, row->fields, selection->fields[i]);
	return TEXT(out - 1, "}\n");
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
	format->selection = selection;
	for (__u32 i = 0; i < selection->nr_fields; i++)
		format->line_max += strlen(field_table[selection->fields[i]].name) +
				    sizeof("\"\":,") + VALUE_MAX;
	format->rows = write_selected_rows;
}

static char *write_losses(char *out, const __u64 lost[SIFTR_DIRECTIONS])
{
	out = decimal__u64(TEXT(out, "{\"lost_in\":"), lost[SIFTR_IN]);
	out = decimal__u64(TEXT(out, ",\"lost_out\":"), lost[SIFTR_OUT]);
	return TEXT(out, "}\n");
}

static const struct flow_spelling spelling = {write_addresses, write_id};

const struct format format_jsonl = {
	.name = "jsonl",
	.direction_after = ",\"direction\":\"",
	.begins = BEGINNING,
	.flow = &spelling,
	.line_max = LINE_MAX_BYTES,
	.rows = write_rows,
	.select = select_fields,
	.losses = write_losses,
};
