// SPDX-License-Identifier: BSD-2-Clause
/*
 * Data lines are gathered until another kind of line comes. SIFTR 1.2.4 counts srtt in parts of a
 * tick and rto in ticks. In its logs a flow may have no id, which is 0 there; since every flow has
 * an id in other forms of a log, such a flow gets its number as its id.
 */
#include "read/siftr_rows.h"

#include <string.h>

#include <siftr/time_units.h>

#include "format/tuple.h"
#include "read/columns.h"
#include "read/flow_key.h"

static __u32 saturate(__u64 value)
{
	return value > 0xffffffffU ? 0xffffffffU : (__u32)value;
}

static __u32 microseconds(__u32 units, __u64 units_per_second)
{
	__u64 scaled = units * (__u64)USEC_PER_SEC;

	return saturate(scaled / units_per_second + (scaled % units_per_second != 0));
}

/*
 * Converts srtt and rto of SIFTR 1.2.4 to microseconds. They are rounded up, because SIFTR rounds
 * down: so they are the same again if they are written in its units.
 */
static void convert_units(const struct header_values *header, struct siftr_columns *columns)
{
	if (!header->hz || !header->rtt_scale)
		return;
	columns->srtt = microseconds(columns->srtt, (__u64)header->hz * header->rtt_scale);
	columns->rto = microseconds(columns->rto, header->hz);
}

/* All of the row but its flow, for which the search begins. */
static void fill_row(struct siftr_rows *reader, const struct data_line *line, size_t index)
{
	struct row *row = &reader->rows[index];

	row_flows__begin(reader->flows, &reader->searches[index], line->flow, line->flow_bytes,
			 line->flowid, line->flowtype);
	row->time = row__time(line->time_us);
	row->fields = NULL;
	row->direction = line->direction == 'o' ? SIFTR_OUT : SIFTR_IN;
	row->flowtype = (__u8)line->flowtype;
	row->columns = line->columns;
	row->absent = row__absent(&row->columns);
	if (reader->header.version == SIFTR_1_2) {
		convert_units(&reader->header, &row->columns);
		row->columns.t_flags2 = 0;
		row->absent |= ROW_BIT(ROW_t_flags2);
	}
}

/* Completes the rows with their flows. 0 or -ENOMEM. */
static int find_flows(struct siftr_rows *reader, size_t count)
{
	int err = row_flows__complete(reader->flows, reader->searches, count);

	for (size_t i = 0; i < count && !err; i++) {
		const struct row_flow *flow = reader->searches[i].flow;
		struct row *row = &reader->rows[i];

		row->flow = &flow->key;
		row->flowid = flow->flowid ? flow->flowid : flow->number;
		row->flow_number = flow->number;
	}
	return err;
}

/* Whether the flowtype fits a row, whose eight bits hold all of FreeBSD's; reports it if not. */
static bool has_flowtype(const struct siftr_rows *reader)
{
	const struct line_event *event = &reader->pending;
	struct diagnostic defect = {.line = event->line,
				    .unit = "column",
				    .name = "flowtype",
				    .what = "out of range",
				    .expected = "a whole number from 0 to 255"};

	defect.number = reader->header.version == SIFTR_1_2 ? COLUMNS_1_2 : COLUMNS;
	if (event->data.flowtype <= 0xff)
		return true;
	diagnostic__defect(&reader->parser.sink, &defect);
	return false;
}

/* Gathers data lines, ROW_EVENT_ROWS_MAX at most; an event that ends them stays pending. */
static int gather_rows(struct siftr_rows *reader, struct row_event *event)
{
	int err = 0;

	event->kind = ROW_EVENT_ROWS;
	event->line = reader->pending.line;
	event->rows.first = reader->rows;
	event->rows.count = 0;
	do {
		if (has_flowtype(reader))
			fill_row(reader, &reader->pending.data, event->rows.count++);
		reader->has_pending = event->rows.count < ROW_EVENT_ROWS_MAX;
		if (reader->has_pending)
			err = line_parser__next(&reader->parser, &reader->pending);
	} while (!err && reader->has_pending && reader->pending.kind == LINE_DATA);
	return err ? err : find_flows(reader, event->rows.count);
}

static void start(struct siftr_rows *reader, struct row_event *event)
{
	const struct header_values *header = &reader->pending.header;

	run_lines__begin(&reader->run, reader->pending.line);
	reader->header = *header;
	event->kind = ROW_EVENT_START;
	memcpy(event->start.sysname, header->sysname, sizeof(event->start.sysname));
	event->start.values = (struct format_start){.enabled = row__time(header->time_us),
						    .sysname = event->start.sysname,
						    .sysver = (__u32)header->sysver,
						    .ipmode = header->ipmode};
}

static void footer(struct siftr_rows *reader, struct row_event *event)
{
	const __u64 *counts = reader->pending.counts;
	struct format_totals *totals = &event->footer.totals;

	run_lines__footer(&reader->run);
	event->kind = ROW_EVENT_FOOTER;
	event->footer.disabled =
		(struct siftr_time){counts[FOOTER_SECONDS], (__u32)counts[FOOTER_MICROSECONDS]};
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		totals->packets[direction] = counts[FOOTER_IN_PACKETS + direction];
		totals->skipped_malloc[direction] = counts[FOOTER_IN_SKIPPED_MALLOC + direction];
		totals->skipped_tcpcb[direction] = counts[FOOTER_IN_SKIPPED_TCPCB + direction];
		totals->skipped_inpcb[direction] = counts[FOOTER_IN_SKIPPED_INPCB + direction];
	}
}

static void listed_flow(struct siftr_rows *reader, struct row_event *event)
{
	char text[TUPLE_ROOM];
	size_t bytes = reader->pending.tuple.bytes;

	tuple__separate(text, reader->pending.tuple.text, bytes, TUPLE_COLUMNS);
	event->kind = ROW_EVENT_LISTED_FLOW;
	flow_key__parse(text, bytes, &event->listed_flow);
}

/* Turns the pending event, not a data line, into one of rows; false if there is none for it. */
static bool translate(struct siftr_rows *reader, struct row_event *event)
{
	event->line = reader->pending.line;
	switch (reader->pending.kind) {
	case LINE_END:
		run_lines__end(&reader->run);
		event->kind = ROW_EVENT_END;
		return true;
	case LINE_HEADER:
		start(reader, event);
		return true;
	case LINE_FOOTER:
		footer(reader, event);
		return true;
	case LINE_TUPLE:
		if (reader->pending.defects)
			return false;
		listed_flow(reader, event);
		return true;
	case LINE_FOOTER_END:
		event->kind = ROW_EVENT_FOOTER_END;
		return true;
	case LINE_DATA:
	case LINE_MALFORMED_DATA:
	case LINE_UNKNOWN:
		break;
	}
	return false;
}

int siftr_rows__next(struct siftr_rows *reader, struct row_event *event)
{
	int err = 0;

	for (;;) {
		if (!reader->has_pending)
			err = line_parser__next(&reader->parser, &reader->pending);
		reader->has_pending = false;
		if (err)
			return err;
		if (reader->pending.kind == LINE_DATA)
			return gather_rows(reader, event);
		if (translate(reader, event))
			return 0;
	}
}
