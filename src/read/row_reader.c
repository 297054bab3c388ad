// SPDX-License-Identifier: BSD-2-Clause
#include "read/row_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read/siftr2_rows.h"
#include "read/siftr_rows.h"
#include "read/table_rows.h"

struct row_reader {
	struct dialect dialect;
	struct row_flows *flows;
	enum {
		FORM_SIFTR,
		FORM_SIFTR2,
		FORM_TABLE
	} form;
	struct siftr_rows siftr; /* its parser reads the input until another form is recognised */
	struct siftr2_rows siftr2;
	struct table_rows table;
};

/*
 * Whether the text has a byte order mark or line ends of Windows, which are then left out. False
 * for binary siftr2, as "\r\n" can be part of its records.
 */
static bool is_of_windows(const struct dialect *dialect, const char *text, size_t bytes)
{
	const char *end = bytes ? memchr(text, '\n', bytes) : NULL;

	if (dialect->kind == DIALECT_SIFTR_2_BINARY)
		return false;
	return dialect->kind == DIALECT_BYTE_ORDER_MARK || (end && end > text && end[-1] == '\r');
}

static void drop_returns(struct row_reader *reader)
{
	struct line_parser *parser = &reader->siftr.parser;
	struct dialect dialect;
	size_t bytes;
	const char *text;

	buffered_reader__drop_returns(&parser->input);
	text = line_parser__peek(parser, &bytes);
	dialect = dialect__of(text, bytes);
	if (dialect.kind != DIALECT_SIFTR_2_BINARY)
		reader->dialect = dialect;
}

static int detect_dialect(struct row_reader *reader)
{
	struct line_parser *parser = &reader->siftr.parser;
	size_t bytes = 0;
	const char *text;
	int err = buffered_reader__decompress(&parser->input);

	if (!err)
		err = buffered_reader__fill(&parser->input);
	if (err)
		return err;
	text = line_parser__peek(parser, &bytes);
	reader->dialect = dialect__of(text, bytes);
	if (is_of_windows(&reader->dialect, text, bytes))
		drop_returns(reader);
	return 0;
}

static enum table_form table_form(enum dialect_kind kind)
{
	switch (kind) {
	case DIALECT_JSONL:
		return TABLE_JSONL;
	case DIALECT_TTPROBE:
		return TABLE_TTPROBE;
	case DIALECT_TCP_PROBE:
		return TABLE_TCP_PROBE;
	default:
		return TABLE_CSV;
	}
}

static int open_form(struct row_reader *reader, off_t begin, const struct diagnostic_sink *sink)
{
	struct buffered_reader *input = &reader->siftr.parser.input;
	enum dialect_kind kind = reader->dialect.kind;

	if (!dialect__is_readable(&reader->dialect))
		return 0;
	if (dialect__is_siftr2(&reader->dialect)) {
		reader->form = FORM_SIFTR2;
		return siftr2_rows__open(&reader->siftr2, input, begin, sink);
	}
	if (kind != DIALECT_CSV && kind != DIALECT_JSONL && kind != DIALECT_TTPROBE &&
	    kind != DIALECT_TCP_PROBE)
		return 0;
	reader->form = FORM_TABLE;
	return table_rows__open(&reader->table, input, table_form(kind), reader->flows, sink);
}

int row_reader__open(int fd, const struct diagnostic_sink *sink, struct row_reader **out)
{
	struct row_reader *reader = calloc(1, sizeof(*reader));
	off_t begin = lseek(fd, 0, SEEK_CUR);
	int err;

	*out = reader;
	if (!reader)
		return -ENOMEM;
	reader->flows = reader->siftr.flows = row_flows__new();
	if (!reader->flows)
		return -ENOMEM;
	err = line_parser__open(&reader->siftr.parser, fd, sink);
	reader->siftr.parser.reads_1_2 = true;
	if (!err)
		err = detect_dialect(reader);
	return err ? err : open_form(reader, begin, sink);
}

void row_reader__close(struct row_reader *reader)
{
	if (!reader)
		return;
	if (reader->form == FORM_SIFTR2)
		siftr2_rows__close(&reader->siftr2);
	if (reader->form == FORM_TABLE)
		table_rows__close(&reader->table);
	line_parser__close(&reader->siftr.parser);
	row_flows__free(reader->flows);
	free(reader);
}

const struct dialect *row_reader__dialect(const struct row_reader *reader)
{
	return &reader->dialect;
}

__u32 row_reader__absent(const struct row_reader *reader)
{
	switch (reader->form) {
	case FORM_SIFTR2:
		return SIFTR2_ROWS_ABSENT;
	case FORM_TABLE:
		return reader->table.columns.absent;
	case FORM_SIFTR:
		break;
	}
	return 0;
}

void row_reader__fields(struct row_reader *reader, __u64 present[ROW_FIELDS_MAX / 64])
{
	if (reader->form == FORM_TABLE)
		table_rows__fields(&reader->table, present);
	else if (reader->form == FORM_SIFTR2)
		siftr2_rows__fields(present);
	else
		memset(present, 0, ROW_FIELDS_MAX / 8);
}

int row_reader__next(struct row_reader *reader, struct row_event *event)
{
	switch (reader->form) {
	case FORM_SIFTR2:
		return siftr2_rows__next(&reader->siftr2, event);
	case FORM_TABLE:
		return table_rows__next(&reader->table, event);
	case FORM_SIFTR:
		break;
	}
	return siftr_rows__next(&reader->siftr, event);
}

__u64 row_reader__killed_line(const struct row_reader *reader)
{
	return reader->form == FORM_SIFTR2 ? reader->siftr2.run.killed : reader->siftr.run.killed;
}

bool row_reader__is_damaged(const struct row_reader *reader)
{
	return reader->siftr.parser.input.damaged;
}
