// SPDX-License-Identifier: BSD-2-Clause
/* The log is read twice. The first time defects are ignored: the second time reports them. */
#include "read/siftr2_rows.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "format/run_flows.h"

_Static_assert(SIFTR2_STACK_BYTES == RUN_FLOWS_STACK_MAX + 1, "a stack's name is kept whole");

/* Enters the flows of the footer. 0 or a negative errno: -ENODATA if there is no footer. */
static int read_flows(struct siftr2_rows *reader)
{
	const struct diagnostic_sink ignoring = {};
	struct siftr2_event event;
	bool has_footer = false;
	int err;

	siftr2_parser__init(&reader->parser, reader->input, &ignoring);
	do {
		struct siftr2_known_flow *flow;

		err = siftr2_parser__next(&reader->parser, &event);
		has_footer = has_footer || (!err && event.kind == SIFTR2_FOOTER);
		if (err || event.kind != SIFTR2_FLOW)
			continue;
		flow = siftr2_flows__find_or_add(&reader->flows, event.flow.flowid);
		if (!flow)
			return -ENOMEM;
		flow->flow = event.flow;
		flow->listed = 1;
	} while (!err && event.kind != SIFTR2_END);
	return !err && !has_footer ? -ENODATA : err;
}

static int begin_again(struct buffered_reader *input, off_t begin)
{
	bool drops_returns = input->drops_returns;
	int fd = input->fd, err;

	if (lseek(fd, begin, SEEK_SET) != begin)
		return -errno;
	buffered_reader__close(input);
	err = buffered_reader__open(input, fd);
	if (!err)
		err = buffered_reader__decompress(input);
	if (!err)
		err = buffered_reader__fill(input);
	if (!err && drops_returns)
		buffered_reader__drop_returns(input);
	return err;
}

int siftr2_rows__open(struct siftr2_rows *reader, struct buffered_reader *input, off_t begin,
		      const struct diagnostic_sink *sink)
{
	int err = siftr2_flows__open(&reader->flows);

	reader->input = input;
	if (!err && begin < 0)
		err = -ESPIPE;
	if (!err)
		err = read_flows(reader);
	if (!err)
		err = begin_again(input, begin);
	siftr2_parser__init(&reader->parser, input, sink);
	return err;
}

void siftr2_rows__close(struct siftr2_rows *reader)
{
	siftr2_flows__free(&reader->flows);
}

static void fill_columns(const struct siftr2_record *record, const struct siftr2_flow *flow,
			 struct siftr_columns *columns)
{
	*columns = (struct siftr_columns){
		.snd_ssthresh = record->snd_ssthresh,
		.snd_cwnd = record->snd_cwnd,
		.t_flags2 = record->t_flags2,
		.snd_wnd = record->snd_wnd,
		.rcv_wnd = record->rcv_wnd,
		.snd_scale = flow->snd_scale,
		.rcv_scale = flow->rcv_scale,
		.max_seg_size = flow->max_seg_size,
		.srtt = record->srtt,
		.sack_enabled = flow->sack_enabled,
		.t_flags = record->t_flags,
		.rto = record->rto,
		.snd_buf_hiwater = record->snd_buf_hiwater,
		.snd_buf_cc = record->snd_buf_cc,
		.rcv_buf_hiwater = record->rcv_buf_hiwater,
		.rcv_buf_cc = record->rcv_buf_cc,
		.t_segqlen = record->t_segqlen,
	};
}

void siftr2_rows__fields(__u64 present[ROW_FIELDS_MAX / 64])
{
	struct row_fields fields = {};

	row_fields__set(&fields, SIFTR_FIELD_payload_len, 0);
	row_fields__set(&fields, SIFTR_FIELD_pipe, 0);
	row_fields__set(&fields, SIFTR_FIELD_cc_name, 0);
	memcpy(present, fields.present, sizeof(fields.present));
}

static void fill_fields(const struct siftr2_record *record, const struct siftr2_flow *flow,
			struct row_fields *fields)
{
	memset(fields->present, 0, sizeof(fields->present));
	fields->stack = flow->stack;
	row_fields__set(fields, SIFTR_FIELD_payload_len, record->data_size);
	row_fields__set(fields, SIFTR_FIELD_pipe, record->pipe);
	row_fields__set_text(fields, SIFTR_FIELD_cc_name, flow->congestion);
}

static void fill_row(struct siftr2_rows *reader, const struct siftr2_known_flow *flow,
		     struct row *row)
{
	const struct siftr2_record *record = &reader->pending.record;
	struct row_fields *fields = &reader->fields[row - reader->rows];

	*row = (struct row){
		.time = row__time(reader->begun_us +
				  (__u64)record->ms * (USEC_PER_SEC / MSEC_PER_SEC)),
		.flow = &flow->flow.key,
		.fields = fields,
		.flowid = record->flowid,
		.flow_number = (__u32)(flow - reader->flows.flows) + 1,
		.absent = SIFTR2_ROWS_ABSENT,
		.direction = (__u8)record->direction,
	};
	fill_columns(record, &flow->flow, &row->columns);
	fill_fields(record, &flow->flow, fields);
	reader->packets[record->direction]++;
}

static void report_unknown_flow(const struct siftr2_rows *reader)
{
	struct diagnostic defect = {.line = reader->pending.line,
				    .what = "a flow that is not in the flow list",
				    .expected = "a footer that lists it"};

	diagnostic__defect(&reader->parser.sink, &defect);
}

/* Gathers the next records, ROW_EVENT_ROWS_MAX at most; an event that ends them stays pending. */
static int gather_rows(struct siftr2_rows *reader, struct row_event *event)
{
	int err = 0;

	event->kind = ROW_EVENT_ROWS;
	event->line = reader->pending.line;
	event->rows.first = reader->rows;
	event->rows.count = 0;
	while (!err && reader->pending.kind == SIFTR2_RECORD) {
		const struct siftr2_known_flow *flow =
			siftr2_flows__find(&reader->flows, reader->pending.record.flowid);

		if (flow)
			fill_row(reader, flow, &reader->rows[event->rows.count++]);
		else
			report_unknown_flow(reader);
		reader->has_pending = event->rows.count < ROW_EVENT_ROWS_MAX;
		if (!reader->has_pending)
			return 0;
		err = siftr2_parser__next(&reader->parser, &reader->pending);
	}
	return err;
}

/* siftr2's sysver is a text: only another header of siftr2 has room for it, as `kernel`. */
static void start(struct siftr2_rows *reader, struct row_event *event)
{
	run_lines__begin(&reader->run, reader->pending.line);
	reader->begun_us = reader->pending.header.time_us;
	memset(reader->packets, 0, sizeof(reader->packets));
	event->kind = ROW_EVENT_START;
	strcpy(event->start.sysname, "siftr2");
	event->start.values = (struct format_start){.enabled = row__time(reader->begun_us),
						    .sysname = event->start.sysname,
						    .ipmode = 6,
						    .kernel = reader->pending.header.sysver};
}

/*
 * The packets that siftr2 could not log, of which it does not say the direction, count as inbound
 * ones that were skipped for want of memory.
 */
static void count_packets(const struct siftr2_rows *reader, struct format_totals *totals)
{
	__u64 drops = reader->pending.footer.ring_drops;

	*totals = (struct format_totals){.skipped_malloc[SIFTR_IN] = drops};
	memcpy(totals->packets, reader->packets, sizeof(reader->packets));
	totals->packets[SIFTR_IN] += drops;
}

/* Turns the pending event, not a record, into an event of rows; false if there is none for it. */
static bool translate(struct siftr2_rows *reader, struct row_event *event)
{
	event->line = reader->pending.line;
	switch (reader->pending.kind) {
	case SIFTR2_END:
		run_lines__end(&reader->run);
		event->kind = ROW_EVENT_END;
		return true;
	case SIFTR2_HEADER:
		start(reader, event);
		return true;
	case SIFTR2_FOOTER:
		run_lines__footer(&reader->run);
		event->kind = ROW_EVENT_FOOTER;
		event->footer.disabled = row__time(reader->pending.footer.time_us);
		count_packets(reader, &event->footer.totals);
		return true;
	case SIFTR2_FLOW:
		event->kind = ROW_EVENT_LISTED_FLOW;
		event->listed_flow = reader->pending.flow.key;
		return true;
	case SIFTR2_FOOTER_END:
		event->kind = ROW_EVENT_FOOTER_END;
		return true;
	case SIFTR2_RECORD:
	case SIFTR2_MALFORMED:
		break;
	}
	return false;
}

int siftr2_rows__next(struct siftr2_rows *reader, struct row_event *event)
{
	int err = 0;

	for (;;) {
		if (!reader->has_pending)
			err = siftr2_parser__next(&reader->parser, &reader->pending);
		reader->has_pending = false;
		if (err)
			return err;
		if (reader->pending.kind == SIFTR2_RECORD)
			return gather_rows(reader, event);
		if (translate(reader, event))
			return 0;
	}
}
