// SPDX-License-Identifier: BSD-2-Clause
/*
 * The records of a binary log have no separators. A footer is recognised by its first bytes,
 * "\ndisable_time_secs": a record with these bytes would have no valid direction.
 */
#include "read/siftr2_parser.h"

#include <string.h>

#include "format/line_starts.h"
#include "read/siftr2_fields.h"

void siftr2_parser__init(struct siftr2_parser *parser, struct buffered_reader *input,
			 const struct diagnostic_sink *sink)
{
	*parser = (struct siftr2_parser){.input = input, .sink = *sink};
}

static bool begins(const struct siftr2_parser *parser, const char *start)
{
	return buffered_reader__available(parser->input) >= strlen(start) &&
	       !memcmp(parser->input->at, start, strlen(start));
}

static void report(const struct siftr2_parser *parser, const char *what, const char *expected)
{
	struct diagnostic defect = {.line = parser->line, .what = what, .expected = expected};

	diagnostic__defect(&parser->sink, &defect);
}

/* The bytes of the line in the window without its '\n'; *ended is whether it has one. */
static size_t line_bytes(const struct siftr2_parser *parser, bool *ended)
{
	size_t bytes = buffered_reader__available(parser->input);
	const char *end = memchr(parser->input->at, '\n', bytes);

	*ended = end;
	return end ? (size_t)(end - parser->input->at) : bytes;
}

/* Skips a line and reports that it is malformed. 0 or a negative errno. */
static int malformed_line(struct siftr2_parser *parser, struct siftr2_event *event,
			  const char *what, const char *expected)
{
	struct buffered_reader *input = parser->input;
	bool ended;
	int err;

	event->kind = SIFTR2_MALFORMED;
	for (;;) {
		size_t bytes = line_bytes(parser, &ended);

		input->at += bytes + ended;
		if (ended || input->ended)
			break;
		err = buffered_reader__fill(input);
		if (err)
			return err;
	}
	report(parser, ended ? what : "truncated: the log ends within this line",
	       ended ? expected : NULL);
	return 0;
}

static int read_header(struct siftr2_parser *parser, struct siftr2_event *event)
{
	bool ended;
	size_t bytes = line_bytes(parser, &ended);

	if (!ended || !siftr2_fields__header(parser->input->at, bytes, &event->header))
		return malformed_line(parser, event, "not a header of siftr2",
				      "siftrver=2.5 and "
				      "five pairs");
	event->kind = SIFTR2_HEADER;
	parser->binary = event->header.binary;
	parser->begun = true;
	parser->input->at += bytes + 1;
	return 0;
}

static int read_footer(struct siftr2_parser *parser, struct siftr2_event *event)
{
	bool ended;
	size_t bytes = line_bytes(parser, &ended);
	const char *end =
		siftr2_fields__footer(parser->input->at, bytes, parser->binary, &event->footer);

	if (!end)
		return malformed_line(parser, event, "not a footer of siftr2", "seven pairs");
	event->kind = SIFTR2_FOOTER;
	parser->input->at = end;
	parser->entry = 1;
	return 0;
}

static int end_of_footer(struct siftr2_parser *parser, struct siftr2_event *event)
{
	event->kind = SIFTR2_FOOTER_END;
	parser->entry = 0;
	if (parser->input->at == parser->input->end)
		report(parser, "truncated: the log ends within this line", NULL);
	else
		parser->input->at++;
	return 0;
}

static int read_flow(struct siftr2_parser *parser, struct siftr2_event *event)
{
	struct buffered_reader *input = parser->input;
	size_t available = buffered_reader__available(input);
	size_t bytes = strcspn(input->at, ";\n");
	struct diagnostic defect = {.line = parser->line,
				    .unit = "pair",
				    .number = 7,
				    .name = "flow_list",
				    .entry = parser->entry,
				    .what = "not a flow",
				    .got = input->at,
				    .expected = "14 values and a semicolon"};

	if (!available || *input->at == '\n')
		return end_of_footer(parser, event);
	if (bytes > available)
		bytes = available;
	event->kind = SIFTR2_FLOW;
	parser->entry++;
	if (bytes == available || !siftr2_fields__flow(input->at, bytes, &event->flow)) {
		event->kind = SIFTR2_MALFORMED;
		defect.got_bytes = bytes;
		diagnostic__defect(&parser->sink, &defect);
	}
	/* strcspn() stops at a NUL as well, which is skipped as a ';' is. */
	input->at += bytes + (bytes < available && input->at[bytes] != '\n');
	return 0;
}

static int read_binary_record(struct siftr2_parser *parser, struct siftr2_event *event)
{
	struct buffered_reader *input = parser->input;
	size_t available = buffered_reader__available(input);

	if (begins(parser, "\n" LINE_STARTS_FOOTER)) {
		input->at++;
		return read_footer(parser, event);
	}
	if (available < SIFTR2_RECORD_BYTES) {
		input->at = input->end;
		event->kind = SIFTR2_MALFORMED;
		report(parser, "truncated: the log ends within this record", NULL);
		return 0;
	}
	event->kind = SIFTR2_RECORD;
	event->bytes = SIFTR2_RECORD_BYTES;
	if (!siftr2_fields__binary_record(input->at, &event->record)) {
		event->kind = SIFTR2_MALFORMED;
		report(parser, "a record without a direction", "0 or 1 at byte 4");
	}
	input->at += SIFTR2_RECORD_BYTES;
	return 0;
}

static int read_line(struct siftr2_parser *parser, struct siftr2_event *event)
{
	const char *end = siftr2_fields__record(parser->input->at, &event->record);

	if (!end)
		return malformed_line(parser, event, "not a line of siftr2",
				      "18 hexadecimal values, the first of eight digits");
	event->kind = SIFTR2_RECORD;
	event->bytes = (size_t)(end - parser->input->at);
	parser->input->at = end;
	return 0;
}

int siftr2_parser__next(struct siftr2_parser *parser, struct siftr2_event *event)
{
	struct buffered_reader *input = parser->input;
	int err = buffered_reader__fill(input);

	event->line = parser->line;
	if (err)
		return err;
	if (parser->entry)
		return read_flow(parser, event);
	if (input->at == input->end) {
		event->kind = SIFTR2_END;
		return 0;
	}
	event->line = ++parser->line;
	if (!parser->begun || begins(parser, LINE_STARTS_HEADER))
		return read_header(parser, event);
	if (begins(parser, LINE_STARTS_FOOTER))
		return read_footer(parser, event);
	return parser->binary ? read_binary_record(parser, event) : read_line(parser, event);
}
