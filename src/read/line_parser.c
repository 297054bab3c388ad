// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nearly every line is a well-formed data line. So each line is first parsed as one, without
 * searching for its end, and examined further only if that fails.
 */
#include "read/line_parser.h"

#include <string.h>

#include "format/line_starts.h"
#include "read/columns.h"

#define LIST_START "flow_list="

static const char truncated[] = "truncated: the log ends within this line";

int line_parser__open(struct line_parser *parser, int fd, const struct diagnostic_sink *sink)
{
	*parser = (struct line_parser){.sink = *sink};
	return buffered_reader__open(&parser->input, fd);
}

void line_parser__close(struct line_parser *parser)
{
	buffered_reader__close(&parser->input);
}

static void report(struct line_parser *parser, struct line_event *event,
		   const struct diagnostic *defect)
{
	diagnostic__defect(&parser->sink, defect);
	event->defects++;
}

static void report_line(struct line_parser *parser, struct line_event *event, const char *what,
			const char *expected)
{
	struct diagnostic defect = {.line = event->line, .what = what, .expected = expected};

	report(parser, event, &defect);
}

/* Skips to the end of the line; *ended is whether it has a '\n'. 0 or a negative errno. */
static int skip_line(struct line_parser *parser, bool *ended)
{
	struct buffered_reader *input = &parser->input;

	for (;;) {
		size_t bytes = buffered_reader__available(input);
		const char *end = memchr(input->at, '\n', bytes);
		int err;

		*ended = end;
		input->at = end ? end + 1 : input->end;
		if (end || input->ended)
			return 0;
		err = buffered_reader__fill(input);
		if (err)
			return err;
	}
}

static int skip_unknown_line(struct line_parser *parser, struct line_event *event, const char *what,
			     const char *expected)
{
	bool ended;
	int err = skip_line(parser, &ended);

	event->kind = LINE_UNKNOWN;
	if (err)
		return err;
	if (ended)
		report_line(parser, event, what, expected);
	else
		report_line(parser, event, truncated, NULL);
	return 0;
}

static bool begins(const char *text, size_t bytes, const char *start)
{
	return bytes >= strlen(start) && !memcmp(text, start, strlen(start));
}

static int footer_end(struct line_parser *parser, struct line_event *event)
{
	event->kind = LINE_FOOTER_END;
	event->footer_truncated = parser->list_truncated;
	parser->entry = 0;
	return 0;
}

/* A defect in the last pair of a footer. */
static struct diagnostic flow_list_defect(const struct line_parser *parser, const char *text,
					  size_t bytes)
{
	return (struct diagnostic){.line = parser->line,
				   .unit = "pair",
				   .number = key_values__flow_list_pair(parser->version),
				   .name = "flow_list",
				   .got = text,
				   .got_bytes = bytes};
}

/* Parses a footer of `bytes`; they end with the window if the line is longer. */
static int read_footer(struct line_parser *parser, struct line_event *event, size_t bytes)
{
	const char *text = parser->input.at;
	const char *list = key_values__find_flow_list(parser->version, text, bytes);
	struct diagnostic defect;

	if (!list) {
		event->footer_truncated = true;
		return skip_unknown_line(parser, event, "a footer with too few pairs",
					 parser->version == SIFTR_1_2 ? "15 pairs" : "13 pairs");
	}
	parser->list_truncated = false;
	event->kind = LINE_FOOTER;
	event->defects =
		key_values__footer(event->line, parser->version, text, (size_t)(list - 1 - text),
				   event->counts, &parser->sink);
	parser->entry = 1;
	parser->input.at = list + strcspn(list, "=\t\n");
	if (begins(list, bytes - (size_t)(list - text), LIST_START)) {
		parser->input.at++;
		return 0;
	}
	defect = flow_list_defect(parser, list, (size_t)(parser->input.at - list));
	defect.what = "wrong key";
	defect.expected = "flow_list";
	report(parser, event, &defect);
	parser->input.at += *parser->input.at == '=';
	return 0;
}

static int truncated_footer(struct line_parser *parser, struct line_event *event)
{
	parser->input.at = parser->input.end;
	parser->list_truncated = true;
	report_line(parser, event, truncated, NULL);
	return footer_end(parser, event);
}

/*
 * Reports an invalid entry of the flow list and continues after its comma, or ends the list where
 * no comma follows.
 */
static int skip_malformed_tuple(struct line_parser *parser, struct line_event *event)
{
	struct buffered_reader *input = &parser->input;
	size_t bytes = buffered_reader__available(input), length = strcspn(input->at, ",\n");
	char end = length < bytes ? input->at[length] : 0;
	struct diagnostic defect = flow_list_defect(parser, input->at, length);
	bool ended;
	int err;

	if (length >= bytes && input->ended)
		return truncated_footer(parser, event);
	/* The run was killed while writing the list; the next run has added the '\n'. */
	parser->list_truncated = end == '\n';
	defect.what =
		parser->list_truncated ? "the flow list is cut short within a flow" : "not a flow";
	defect.entry = parser->entry;
	defect.expected = "laddr;lport-faddr;fport,";
	report(parser, event, &defect);
	if (end) {
		event->kind = LINE_TUPLE;
		event->tuple.number = parser->entry++;
		input->at += length + (end == ',');
		return 0;
	}
	/* A NUL, or an entry longer than the window: the rest of the line cannot be parsed. */
	err = skip_line(parser, &ended);
	if (err || ended) {
		footer_end(parser, event);
		return err;
	}
	return truncated_footer(parser, event);
}

static int next_tuple(struct line_parser *parser, struct line_event *event)
{
	struct buffered_reader *input = &parser->input;
	const char *end;

	if (input->at == input->end)
		return truncated_footer(parser, event);
	if (*input->at == '\n') {
		input->at++;
		return footer_end(parser, event);
	}
	end = field_parser__flow_tuple(input->at);
	if (!end)
		return skip_malformed_tuple(parser, event);
	event->kind = LINE_TUPLE;
	event->tuple.text = input->at;
	event->tuple.bytes = (size_t)(end - 1 - input->at);
	event->tuple.number = parser->entry++;
	input->at = end;
	return 0;
}

/* Examines a line other than a well-formed data line or a footer; `bytes` excludes its '\n'. */
static void read_line(struct line_parser *parser, struct line_event *event, const char *text,
		      size_t bytes)
{
	if (begins(text, bytes, LINE_STARTS_HEADER)) {
		event->kind = LINE_HEADER;
		parser->version = parser->reads_1_2 && key_values__is_1_2(text, bytes) ? SIFTR_1_2
										       : SIFTR_1_3;
		event->header.version = parser->version;
		event->defects =
			key_values__header(event->line, text, bytes, &event->header, &parser->sink);
	} else if (columns__is_data_line(text, bytes)) {
		event->kind = LINE_MALFORMED_DATA;
		event->data.direction =
			(*text == 'i' || *text == 'o') && text[1] == ',' ? *text : 0;
		event->defects =
			columns__report(event->line, parser->version, text, bytes, &parser->sink);
	} else {
		struct diagnostic defect = {.line = event->line,
					    .what = bytes ? "a line of no kind" : "a blank line",
					    .got = bytes ? text : NULL,
					    .got_bytes = bytes,
					    .expected = "a header, a data line or a footer"};

		event->kind = LINE_UNKNOWN;
		report(parser, event, &defect);
	}
}

static int next_line(struct line_parser *parser, struct line_event *event)
{
	struct buffered_reader *input = &parser->input;
	size_t bytes = buffered_reader__available(input);
	const char *end = memchr(input->at, '\n', bytes);

	if (begins(input->at, bytes, LINE_STARTS_FOOTER))
		return read_footer(parser, event, end ? (size_t)(end - input->at) : bytes);
	if (!end || end - input->at >= READER_WINDOW_BYTES)
		return skip_unknown_line(parser, event, "a line of no kind, longer than any",
					 "a header, a data line or a footer");
	read_line(parser, event, input->at, (size_t)(end - input->at));
	input->at = end + 1;
	return 0;
}

const char *line_parser__peek(struct line_parser *parser, size_t *bytes)
{
	if (parser->entry || buffered_reader__fill(&parser->input))
		return NULL;
	*bytes = buffered_reader__available(&parser->input);
	return parser->input.at;
}

int line_parser__skip_run(struct line_parser *parser)
{
	struct buffered_reader *input = &parser->input;
	int err;

	do {
		bool ended;

		err = skip_line(parser, &ended);
		if (!err)
			err = buffered_reader__fill(input);
		parser->line++;
	} while (!err && input->at != input->end &&
		 !begins(input->at, buffered_reader__available(input), LINE_STARTS_HEADER));
	return err;
}

int line_parser__next(struct line_parser *parser, struct line_event *event)
{
	struct buffered_reader *input = &parser->input;
	int err = buffered_reader__fill(input);
	const char *end;

	event->defects = 0;
	event->footer_truncated = false;
	event->line = parser->line;
	if (err)
		return err;
	if (parser->entry)
		return next_tuple(parser, event);
	if (input->at == input->end) {
		event->kind = LINE_END;
		return 0;
	}
	event->line = ++parser->line;
	end = parser->version == SIFTR_1_2 ? field_parser__data_line_1_2(input->at, &event->data)
					   : field_parser__data_line(input->at, &event->data);
	if (!end)
		return next_line(parser, event);
	event->kind = LINE_DATA;
	input->at = end;
	return 0;
}
