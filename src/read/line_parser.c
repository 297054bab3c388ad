// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nearly every line is a good data line: that is tried first, without looking
 * for the line's end. Only when it fails is the line measured and explained.
 */
#include "read/line_parser.h"

#include <string.h>

#include "read/columns.h"

#define HEADER_START "enable_time_secs"
#define FOOTER_START "disable_time_secs"
#define LIST_START   "flow_list="
/* A line of no kind with this many commas is a data line that begins badly. */
#define DATA_COMMAS_MIN 20

static const char truncated[] = "truncated: the log ends within this line";

int line_parser__open(struct line_parser *reader, int fd, const struct diagnostic_sink *sink)
{
	*reader = (struct line_parser){.sink = *sink};
	return buffered_reader__open(&reader->input, fd);
}

void line_parser__close(struct line_parser *reader)
{
	buffered_reader__close(&reader->input);
}

static void report(struct line_parser *reader, struct line_event *event,
		   const struct diagnostic *defect)
{
	diagnostic__defect(&reader->sink, defect);
	event->defects++;
}

static void report_line(struct line_parser *reader, struct line_event *event, const char *what,
			const char *expected)
{
	struct diagnostic defect = {.line = event->line, .what = what, .expected = expected};

	report(reader, event, &defect);
}

/* Behind the next '\n', however far; *ended tells if there was one. 0 or a negative errno. */
static int skip_line(struct line_parser *reader, bool *ended)
{
	struct buffered_reader *input = &reader->input;

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

static int bad_line(struct line_parser *reader, struct line_event *event, const char *what,
		    const char *expected)
{
	bool ended;
	int err = skip_line(reader, &ended);

	event->kind = LINE_UNKNOWN;
	if (err)
		return err;
	if (ended)
		report_line(reader, event, what, expected);
	else
		report_line(reader, event, truncated, NULL);
	return 0;
}

static bool begins(const char *text, size_t bytes, const char *start)
{
	return bytes >= strlen(start) && !memcmp(text, start, strlen(start));
}

static int footer_end(struct line_parser *reader, struct line_event *event)
{
	event->kind = LINE_FOOTER_END;
	event->footer_truncated = reader->list_truncated;
	reader->entry = 0;
	return 0;
}

/* `bytes` reach to the line's end, or as far as the window does. */
static int read_footer(struct line_parser *reader, struct line_event *event, size_t bytes)
{
	const char *text = reader->input.at;
	const char *list = key_values__find_flow_list(text, bytes);

	if (!list) {
		event->footer_truncated = true;
		return bad_line(reader, event, "a footer with too few pairs", "13 pairs");
	}
	reader->list_truncated = false;
	event->kind = LINE_FOOTER;
	event->defects = key_values__footer(event->line, text, (size_t)(list - 1 - text),
					    event->counts, &reader->sink);
	reader->entry = 1;
	reader->input.at = list + strcspn(list, "=\t\n");
	if (begins(list, bytes - (size_t)(list - text), LIST_START)) {
		reader->input.at++;
		return 0;
	}
	report(reader, event,
	       &(struct diagnostic){.line = event->line,
				    .unit = "pair",
				    .number = FOOTER_COUNTS + 1,
				    .name = "flow_list",
				    .what = "wrong key",
				    .got = list,
				    .got_bytes = (size_t)(reader->input.at - list),
				    .expected = "flow_list"});
	reader->input.at += *reader->input.at == '=';
	return 0;
}

static int truncated_footer(struct line_parser *reader, struct line_event *event)
{
	reader->input.at = reader->input.end;
	reader->list_truncated = true;
	report_line(reader, event, truncated, NULL);
	return footer_end(reader, event);
}

/* What stands where a flow of the list should; the next one is behind its comma. */
static int bad_tuple(struct line_parser *reader, struct line_event *event)
{
	struct buffered_reader *input = &reader->input;
	size_t bytes = buffered_reader__available(input), length = strcspn(input->at, ",\n");
	char end = length < bytes ? input->at[length] : 0;
	struct diagnostic defect = {.line = event->line,
				    .unit = "pair",
				    .number = FOOTER_COUNTS + 1,
				    .name = "flow_list",
				    .entry = reader->entry,
				    .what = "not a flow",
				    .got = input->at,
				    .got_bytes = length,
				    .expected = "laddr;lport-faddr;fport,"};
	bool ended;
	int err;

	if (length >= bytes && input->ended)
		return truncated_footer(reader, event);
	/* Killed within its list, and the next run has ended the line. */
	reader->list_truncated = end == '\n';
	if (reader->list_truncated)
		defect.what = "the flow list is cut short within a flow";
	report(reader, event, &defect);
	if (end) {
		event->kind = LINE_TUPLE;
		event->tuple.number = reader->entry++;
		input->at += length + (end == ',');
		return 0;
	}
	/* A NUL, or no end in sight: what follows cannot be told apart. */
	err = skip_line(reader, &ended);
	if (err || ended) {
		footer_end(reader, event);
		return err;
	}
	return truncated_footer(reader, event);
}

static int next_tuple(struct line_parser *reader, struct line_event *event)
{
	struct buffered_reader *input = &reader->input;
	const char *end;

	if (input->at == input->end)
		return truncated_footer(reader, event);
	if (*input->at == '\n') {
		input->at++;
		return footer_end(reader, event);
	}
	end = field_parser__flow_tuple(input->at);
	if (!end)
		return bad_tuple(reader, event);
	event->kind = LINE_TUPLE;
	event->tuple.text = input->at;
	event->tuple.bytes = (size_t)(end - 1 - input->at);
	event->tuple.number = reader->entry++;
	input->at = end;
	return 0;
}

static bool is_data(const char *text, size_t bytes)
{
	unsigned int commas = 0;

	if (bytes >= 2 && (*text == 'i' || *text == 'o') && text[1] == ',')
		return true;
	for (size_t i = 0; i < bytes; i++)
		commas += text[i] == ',';
	return commas >= DATA_COMMAS_MIN;
}

/* A line that is not a good data line. `bytes` is its length without the '\n'. */
static void read_line(struct line_parser *reader, struct line_event *event, const char *text,
		      size_t bytes)
{
	if (begins(text, bytes, HEADER_START)) {
		event->kind = LINE_HEADER;
		event->defects =
			key_values__header(event->line, text, bytes, &event->header, &reader->sink);
	} else if (is_data(text, bytes)) {
		event->kind = LINE_MALFORMED_DATA;
		event->data.direction =
			(*text == 'i' || *text == 'o') && text[1] == ',' ? *text : 0;
		event->defects = columns__explain(event->line, text, bytes, &reader->sink);
	} else {
		struct diagnostic defect = {.line = event->line,
					    .what = bytes ? "a line of no kind" : "a blank line",
					    .got = bytes ? text : NULL,
					    .got_bytes = bytes,
					    .expected = "a header, a data line or a footer"};

		event->kind = LINE_UNKNOWN;
		report(reader, event, &defect);
	}
}

static int next_line(struct line_parser *reader, struct line_event *event)
{
	struct buffered_reader *input = &reader->input;
	size_t bytes = buffered_reader__available(input);
	const char *end = memchr(input->at, '\n', bytes);

	if (begins(input->at, bytes, FOOTER_START))
		return read_footer(reader, event, end ? (size_t)(end - input->at) : bytes);
	if (!end || end - input->at >= READER_WINDOW_BYTES)
		return bad_line(reader, event, "a line of no kind, longer than any",
				"a header, a data line or a footer");
	read_line(reader, event, input->at, (size_t)(end - input->at));
	input->at = end + 1;
	return 0;
}

const char *line_parser__peek(struct line_parser *reader, size_t *bytes)
{
	if (reader->entry || buffered_reader__fill(&reader->input))
		return NULL;
	*bytes = buffered_reader__available(&reader->input);
	return reader->input.at;
}

int line_parser__skip_run(struct line_parser *reader)
{
	struct buffered_reader *input = &reader->input;
	int err;

	do {
		bool ended;

		err = skip_line(reader, &ended);
		if (!err)
			err = buffered_reader__fill(input);
		reader->line++;
	} while (!err && input->at != input->end &&
		 !begins(input->at, buffered_reader__available(input), HEADER_START));
	return err;
}

int line_parser__next(struct line_parser *reader, struct line_event *event)
{
	struct buffered_reader *input = &reader->input;
	int err = buffered_reader__fill(input);
	const char *end;

	event->defects = 0;
	event->footer_truncated = false;
	event->line = reader->line;
	if (err)
		return err;
	if (reader->entry)
		return next_tuple(reader, event);
	if (input->at == input->end) {
		event->kind = LINE_END;
		return 0;
	}
	event->line = ++reader->line;
	end = field_parser__data_line(input->at, &event->data);
	if (!end)
		return next_line(reader, event);
	event->kind = LINE_DATA;
	input->at = end;
	return 0;
}
