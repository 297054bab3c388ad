// SPDX-License-Identifier: BSD-2-Clause
#include "read/table_rows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void report(const struct table_rows *reader, const char *what, const char *expected)
{
	struct diagnostic defect = {.line = reader->line, .what = what, .expected = expected};

	diagnostic__defect(&reader->sink, &defect);
}

/* The '\n' that ends the next row; NULL if the window has none. */
static const char *find_end(const struct table_rows *reader, __u64 *newlines)
{
	size_t available = buffered_reader__available(reader->input);

	*newlines = 0;
	return reader->form == TABLE_CSV
		       ? table_lines__csv_end(reader->input->at, available, newlines)
		       : memchr(reader->input->at, '\n', available);
}

/*
 * Takes the next line; *text is NULL at the end, and for a last line without its '\n', which is
 * reported. 0 or a negative errno: -EMSGSIZE for a line that is longer than the window, -EAGAIN if
 * the next line of a live input has not come yet.
 */
static int take_line(struct table_rows *reader, const char **text, size_t *bytes)
{
	struct buffered_reader *input = reader->input;
	__u64 newlines;
	const char *end = input->is_live ? find_end(reader, &newlines) : NULL;
	int err = end ? 0 : buffered_reader__fill(input);

	*text = NULL;
	if (err || (!buffered_reader__available(input) && input->ended))
		return err;
	end = end ?: find_end(reader, &newlines);
	if (!end && !input->ended)
		return input->is_live && buffered_reader__has_room(input) ? -EAGAIN : -EMSGSIZE;
	*text = input->at;
	*bytes = end ? (size_t)(end - input->at) : buffered_reader__available(input);
	reader->line += 1 + reader->newlines;
	reader->newlines = newlines;
	input->at += *bytes + (end != NULL);
	if (end)
		return 0;
	report(reader, "truncated: the log ends within this line", NULL);
	*text = NULL;
	return 0;
}

int table_rows__open(struct table_rows *reader, struct buffered_reader *input, enum table_form form,
		     struct row_flows *flows, const struct diagnostic_sink *sink)
{
	const char *text;
	size_t bytes;
	int err;

	*reader = (struct table_rows){
		.input = input, .sink = *sink, .flows = flows, .form = form, .next_listed = 1};
	if (!input->is_live)
		reader->tuples = row_flows__new();
	if (!reader->tuples && !input->is_live)
		return -ENOMEM;
	if (form == TABLE_TTPROBE)
		reader->columns.absent = PROBE_TTPROBE_ABSENT;
	if (form == TABLE_TCP_PROBE)
		reader->columns.absent = PROBE_TCP_PROBE_ABSENT;
	if (form != TABLE_CSV)
		return 0;
	err = take_line(reader, &text, &bytes);
	if (err || (text && table_lines__names(text, bytes, &reader->columns)))
		return err;
	report(reader, "not the names of columns",
	       "time, direction, laddr, lport, faddr, fport, and each name once");
	return -EBADMSG;
}

void table_rows__close(struct table_rows *reader)
{
	row_flows__free(reader->tuples);
	reader->tuples = NULL;
}

/* Sets the flow of a row, and enters the 4-tuple of a new flow for the flow list. */
static int set_flow(struct table_rows *reader, struct row *row, const struct row_tuple *tuple)
{
	const struct row_flow *flow = row_flows__find(reader->flows, tuple->text, tuple->bytes,
						      row->flowid, row->flowtype);

	if (!flow)
		return -ENOMEM;
	if (flow->number > reader->known_flows && reader->tuples &&
	    !row_flows__find(reader->tuples, tuple->text, tuple->bytes, 0, 0))
		return -ENOMEM;
	if (flow->number > reader->known_flows)
		reader->known_flows = flow->number;
	row->flow = &flow->key;
	row->flow_number = flow->number;
	return 0;
}

static bool is_probe(const struct table_rows *reader)
{
	return reader->form == TABLE_TTPROBE || reader->form == TABLE_TCP_PROBE;
}

/* Sets the cells to those of a line, or reports why it has none. Returns whether it has. */
static bool take_apart(struct table_rows *reader, const char *text, size_t bytes)
{
	static const char *const what[][2] = {
		[TABLE_CSV] = {"another number of values", "one for each name of line 1"},
		[TABLE_JSONL] = {"not an object of values", "one object a line"},
		[TABLE_TTPROBE] = {"not a line of ttprobe", "17 columns with commas between them"},
		[TABLE_TCP_PROBE] = {"not a line of tcp_probe",
				     "11 fields with a blank between them"},
	};
	struct probe_line *line = &reader->lines[reader->nr_rows];
	bool taken = false;

	switch (reader->form) {
	case TABLE_CSV:
		taken = table_lines__csv(text, bytes, &reader->columns, &reader->cells);
		break;
	case TABLE_JSONL:
		taken = table_lines__jsonl(text, bytes, &reader->cells);
		break;
	case TABLE_TTPROBE:
		taken = probe_lines__take_apart(PROBE_TTPROBE, text, bytes, line, &reader->cells);
		break;
	case TABLE_TCP_PROBE:
		taken = probe_lines__take_apart(PROBE_TCP_PROBE, text, bytes, line, &reader->cells);
		break;
	}
	if (!taken)
		report(reader, what[reader->form][0], what[reader->form][1]);
	return taken;
}

/* Adds the row of a line, or reports why the line is no row. 0 or -ENOMEM. */
static int add_row(struct table_rows *reader, const char *text, size_t bytes)
{
	struct row *row = &reader->rows[reader->nr_rows];
	struct row_fields *fields = &reader->fields[reader->nr_rows];
	struct row_tuple tuple;
	unsigned int bad;
	char what[48];
	int err;

	if (reader->form == TABLE_JSONL && table_lines__losses(text, bytes, reader->lost))
		return 0;
	if (!take_apart(reader, text, bytes))
		return 0;
	bad = row_cells__convert(&reader->cells, row, fields, &tuple);
	if (bad != ROW_CELLS) {
		snprintf(what, sizeof(what), "no valid %s", row_cells__name(bad));
		report(reader, what, NULL);
		return 0;
	}
	if (is_probe(reader))
		probe_lines__complete(&reader->lines[reader->nr_rows], row, fields);
	err = set_flow(reader, row, &tuple);
	if (err)
		return err;
	reader->packets[row->direction]++;
	reader->last = row->time;
	reader->nr_rows++;
	return 0;
}

/* Reads the cells of the first line of a jsonl without taking it; no line: all are empty. */
static void peek_cells(struct table_rows *reader)
{
	struct buffered_reader *input = reader->input;
	size_t available;
	const char *end;

	row_cells__clear(&reader->cells);
	if (buffered_reader__fill(input))
		return;
	available = buffered_reader__available(input);
	end = available ? memchr(input->at, '\n', available) : NULL;
	if (end && !table_lines__jsonl(input->at, (size_t)(end - input->at), &reader->cells))
		row_cells__clear(&reader->cells);
}

void table_rows__fields(struct table_rows *reader, __u64 present[ROW_FIELDS_MAX / 64])
{
	memset(present, 0, ROW_FIELDS_MAX / 8);
	if (reader->form == TABLE_CSV)
		table_lines__fields(&reader->columns, present);
	if (is_probe(reader))
		probe_lines__fields(reader->form == TABLE_TTPROBE ? PROBE_TTPROBE : PROBE_TCP_PROBE,
				    present);
	if (reader->form == TABLE_JSONL)
		peek_cells(reader);
	for (unsigned int i = 0; reader->form == TABLE_JSONL && i < SIFTR_FIELDS; i++)
		if (reader->cells.of[ROW_CELL_FIELDS + i].text)
			present[i / 64] |= 1ULL << i % 64;
}

static int gather_rows(struct table_rows *reader)
{
	const char *text;
	size_t bytes;
	int err;

	reader->nr_rows = 0;
	do {
		err = take_line(reader, &text, &bytes);
		if (!err && text)
			err = add_row(reader, text, bytes);
	} while (!err && text && reader->nr_rows < ROW_EVENT_ROWS_MAX);
	return err == -EAGAIN && reader->nr_rows ? 0 : err;
}

static void start(const struct table_rows *reader, struct row_event *event)
{
	event->kind = ROW_EVENT_START;
	strcpy(event->start.sysname, "unknown");
	event->start.values = (struct format_start){.sysname = event->start.sysname, .ipmode = 6};
	/* The times of tcp_probe count from the beginning of the run, which is 0. */
	if (reader->form != TABLE_TCP_PROBE)
		event->start.values.enabled = reader->rows[0].time;
}

static void footer(struct table_rows *reader, struct row_event *event)
{
	event->kind = ROW_EVENT_FOOTER;
	event->footer.disabled = reader->last;
	event->footer.totals = (struct format_totals){};
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		event->footer.totals.packets[direction] =
			reader->packets[direction] + reader->lost[direction];
		event->footer.totals.skipped_malloc[direction] = reader->lost[direction];
	}
	reader->state = TABLE_ROWS_LISTING;
}

static void list_flow(struct table_rows *reader, struct row_event *event)
{
	const struct row_flow *flow =
		reader->tuples ? row_flows__at(reader->tuples, reader->next_listed++) : NULL;

	event->kind = flow ? ROW_EVENT_LISTED_FLOW : ROW_EVENT_FOOTER_END;
	if (flow)
		event->listed_flow = flow->key;
	else
		reader->state = TABLE_ROWS_ENDED;
}

/* The event for the rows gathered: before the first rows the header, after the last the footer. */
static void rows(struct table_rows *reader, struct row_event *event)
{
	if (reader->state == TABLE_ROWS_BEGIN && reader->nr_rows) {
		start(reader, event);
		reader->state = TABLE_ROWS_GATHERED;
	} else if (reader->nr_rows) {
		event->kind = ROW_EVENT_ROWS;
		event->rows.first = reader->rows;
		event->rows.count = reader->nr_rows;
		reader->state = TABLE_ROWS_RUNNING;
	} else if (reader->state == TABLE_ROWS_BEGIN) {
		event->kind = ROW_EVENT_END;
		reader->state = TABLE_ROWS_ENDED;
	} else {
		footer(reader, event);
	}
}

int table_rows__next(struct table_rows *reader, struct row_event *event)
{
	int err = 0;

	event->line = reader->line;
	if (reader->state == TABLE_ROWS_ENDED) {
		event->kind = ROW_EVENT_END;
	} else if (reader->state == TABLE_ROWS_LISTING) {
		list_flow(reader, event);
	} else {
		if (reader->state != TABLE_ROWS_GATHERED)
			err = gather_rows(reader);
		if (!err)
			rows(reader, event);
	}
	return err;
}
