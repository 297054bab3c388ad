// SPDX-License-Identifier: BSD-2-Clause
/*
 * Comma-separated values: one row of names, then the columns of SIFTR, but the time first. No value
 * needs quotes. One that is not known is empty. There is no footer, so the rows of a killed run
 * are complete.
 */
#include "format/format.h"

#include "format/columns_text.h"

#define LINE_MAX_BYTES 512

#define COLUMN(name) #name ","
static const char names[] = "time,direction,laddr,lport,faddr,fport,"
#include "format/row_columns.def"
			    "flowid,flowtype\n";
#undef COLUMN

_Static_assert(sizeof(names) <= FORMAT_HEADER_MAX, "the row of names fits its room");
_Static_assert(SECOND_TEXT_ROOM + 7 + 2 + TUPLE_IPV6_MAX + 19 * (DECIMAL_U32_MAX + 1) +
			       FLOW_TEXT_ID_COPY + TUPLE_ROOM <=
		       LINE_MAX_BYTES,
	       "the longest line with its excess bytes fits its room");

static char *write_header(char *out, const struct format_start *start)
{
	(void)start;
	memcpy(out, names, sizeof(names) - 1);
	return out + sizeof(names) - 1;
}

/* Also correct if nothing is absent, but slower. */
static char *write_some_columns(char *out, const struct row *row)
{
	const __u32 *columns = (const __u32 *)&row->columns;

	for (int column = 0; column < ROW_flowid; column++) {
		if (row->absent & ROW_BIT(column))
			*out++ = ',';
		else
			out = digits__column(out, columns[column]);
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

static inline char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct flow_text *flow = flow_text__find(&cache->flows, row);

	out = second_text__copy_time(out, &cache->second, row->time.seconds);
	out = digits__six_column(out, row->time.microseconds);
	*out++ = row->direction == SIFTR_IN ? 'i' : 'o';
	*out++ = ',';
	out = flow ? flow_text__copy_addresses(out, flow) : write_addresses(out, row->flow);
	out = __builtin_expect(!row->absent, 1) ? columns_text__write(out, cache, &row->columns)
						: write_some_columns(out, row);
	return flow ? flow_text__copy_id(out, flow) : write_id(out, row);
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_row(out, cache, &rows[i]);
	return out;
}

static const struct flow_spelling spelling = {write_addresses, write_id};

const struct format format_csv = {
	.name = "csv",
	.begins = names,
	.one_header = true,
	.flow = &spelling,
	.line_max = LINE_MAX_BYTES,
	.header = write_header,
	.rows = write_rows,
};
